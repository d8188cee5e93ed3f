/** The poolings of the live page, and which values of which token each of them uses. */

export const poolings = [
  {
    name: 'mean',
    title: 'mean',
    explanation: 'Each value is the average over all tokens. This model was trained with it.',
  },
  {
    name: 'cls',
    title: 'cls',
    explanation: 'The vector of [CLS], the first token. The others are not used.',
  },
  {
    name: 'max',
    title: 'max',
    explanation: 'Each value is the largest over all tokens. Values that are not used are pale.',
  },
] as const

export type LivePooling = (typeof poolings)[number]['name']

/** Whether the value of `token` at place `value` is in the pooled vector. */
export function isUsed(
  pooling: LivePooling,
  vectors: readonly Float32Array[],
): (token: number, value: number) => boolean {
  if (pooling === 'mean') return () => true
  if (pooling === 'cls') return (token) => token === 0
  const largest = vectors.reduce((a, b) => a.map((value, i) => Math.max(value, b[i]!)))
  return (token, value) => vectors[token]![value] === largest[value]
}
