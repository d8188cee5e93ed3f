/**
 * The angles of rotary position embeddings, https://arxiv.org/abs/2104.09864: position * inverse frequency, for each
 * pair of values of a head.
 */

export interface RotaryAngles {
  readonly headSize: number
  /** Base of the wavelengths, `rope_theta`. */
  readonly theta: number
  /** Number of positions that have angles. */
  readonly maxTokens: number
}

/** 1 / theta^(2i / headSize). Rounds to float32 where PyTorch does: at position 8,000 the last bit matters. */
export function inverseFrequencies({ headSize, theta }: Pick<RotaryAngles, 'headSize' | 'theta'>): number[] {
  return Array.from({ length: headSize / 2 }, (_, i) =>
    Math.fround(1 / Math.fround(theta ** Math.fround((2 * i) / headSize))),
  )
}
