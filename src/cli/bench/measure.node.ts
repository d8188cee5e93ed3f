/** Measures one setting in this process. */

import process from 'node:process'
import type { Embedder } from '../../index.node.js'
import { benchTexts, shortText } from './bench-texts.js'

export interface Measurement {
  readonly textsPerSecond: number
  /** Milliseconds for one short text, alone. */
  readonly shortTextMs: number
  /** The most memory that the process had. */
  readonly memoryBytes: number
}

/** A block is short for a slow model, and long enough to fill batches. */
const textsInBlock = 96

const shortTextRuns = 15

export async function measure(
  embedder: Embedder,
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<Measurement> {
  const texts = benchTexts(textsInBlock)
  await embedder.embed([...texts.slice(0, 24), shortText], { signal }) // warms up

  const shortTimes: number[] = []
  for (let run = 0; run < shortTextRuns; run++) {
    const start = performance.now()
    await embedder.embed(shortText, { signal })
    shortTimes.push(performance.now() - start)
  }

  const start = performance.now()
  let count = 0
  let elapsed = 0
  while (elapsed < seconds * 1000) {
    await embedder.embed(texts, { signal })
    count += texts.length
    elapsed = performance.now() - start
  }
  return {
    textsPerSecond: (count / elapsed) * 1000,
    shortTextMs: median(shortTimes),
    memoryBytes: process.resourceUsage().maxRSS * 1024,
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2
}
