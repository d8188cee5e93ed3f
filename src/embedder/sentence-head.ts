/** What a sentence-transformers model does with a pooled vector before its last normalisation. */

export interface SentenceHead {
  /** How many values the pooled vector has to have. */
  readonly inFeatures: number
  /** How many values come out. */
  readonly outFeatures: number
  /** Takes pooled vectors, and gives as many; lets the event loop turn in between. */
  apply(vectors: readonly Float32Array[]): Promise<Float32Array[]>
}
