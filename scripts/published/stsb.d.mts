export interface Stsb {
  readonly pairs: readonly { readonly first: number; readonly second: number; readonly score: number }[]
  readonly sentences: readonly string[]
}

export function parseStsb(csv: string, name: string): Stsb

export function scoreStsb<T>(
  stsb: Pick<Stsb, 'pairs'>,
  vectors: readonly T[],
  similarity: (first: T, second: T) => number,
): number
