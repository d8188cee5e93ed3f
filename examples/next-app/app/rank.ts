/** Embeds a query and the passages, and ranks the passages. Runs on the server and in the browser. */

import { embed, similarityMatrix } from 'bert-embed'
import { passages } from './passages'

export interface Hit {
  readonly passage: string
  readonly score: number
}

/** `embed` keeps its model loaded for the next call. */
export async function rank(query: string, model: string): Promise<Hit[]> {
  const [vector, ...vectors] = await embed([query, ...passages], { model, normalize: true })
  const scores = similarityMatrix([vector!], vectors).data
  return passages.map((passage, i) => ({ passage, score: scores[i]! })).sort((a, b) => b.score - a.score)
}
