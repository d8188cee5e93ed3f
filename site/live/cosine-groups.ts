/** What a cosine of this model means: how the cosines of rated pairs of sentences are distributed. */

import measured from './cosine-scale.json'
import type { LivePooling } from './pooling.js'

export interface CosineGroup {
  readonly title: string
  readonly sentence: string
  readonly low: number
  readonly quarter: number
  readonly median: number
  readonly threeQuarters: number
  readonly high: number
}

const words: Readonly<Record<string, Pick<CosineGroup, 'title' | 'sentence'>>> = {
  same: { title: 'Rated 4 to 5, same meaning', sentence: 'Typical of sentences that mean the same.' },
  some: {
    title: 'Rated 2 to 3, some details shared',
    sentence: 'Typical of sentences that share some details.',
  },
  different: {
    title: 'Rated 0 to 1, different meaning',
    sentence: 'Typical of sentences that mean different things but share words or a subject.',
  },
  random: { title: 'Paired at random', sentence: 'Typical of sentences that have nothing in common.' },
}

export function cosineGroups(pooling: LivePooling): readonly CosineGroup[] {
  return measured[pooling].map(({ name, ...numbers }) => ({ ...words[name]!, ...numbers }))
}

/** The group with the nearest median. */
export function typicalGroup(pooling: LivePooling, cosine: number): CosineGroup {
  const distance = ({ median }: CosineGroup) => Math.abs(cosine - median)
  return cosineGroups(pooling).reduce((a, b) => (distance(b) < distance(a) ? b : a))
}
