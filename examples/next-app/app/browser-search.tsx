'use client'

/** Embeds the query in the browser, and compares the vector with the server's. */

import { embed } from 'bert-embed'
import { useEffect, useState } from 'react'
import { HitList } from './hit-list'
import { browserModel } from './models'
import { type Hit, rank } from './rank'

interface Answer {
  readonly hits: readonly Hit[]
  /** The largest difference between the browser's vector and the server's. */
  readonly difference: number
}

export function BrowserSearch({ query }: { readonly query: string }) {
  const [answer, setAnswer] = useState<Answer>()
  const [error, setError] = useState<string>()

  useEffect(() => {
    let isStale = false
    ask(query).then(
      (found) => isStale || setAnswer(found),
      (reason: Error) => isStale || setError(reason.message),
    )
    return () => {
      isStale = true
    }
  }, [query])

  if (error) return <p role="alert">{error}</p>
  if (!answer) return <p>Loading the model …</p>
  return (
    <>
      <HitList hits={answer.hits} />
      <p>
        Largest difference to the server&rsquo;s vector:{' '}
        <data id="difference" value={answer.difference}>
          {answer.difference.toExponential(1)}
        </data>
      </p>
    </>
  )
}

async function ask(query: string): Promise<Answer> {
  const hits = await rank(query, browserModel)
  const vector = await embed(query, { model: browserModel, normalize: true })
  const response = await fetch(`/api/embed?text=${encodeURIComponent(query)}`)
  if (!response.ok) throw new Error(`The server answered ${response.status}.`)
  const fromServer: number[] = await response.json()
  return { hits, difference: Math.max(...vector.map((value, i) => Math.abs(value - fromServer[i]!))) }
}
