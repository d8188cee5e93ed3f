/** What the library has to know of an encoder, whatever its architecture. */

import type { EncoderBlocks } from './onnx/encoder-blocks.js'
import type { Value } from './onnx/graph-builder.js'

export interface Encoder extends ArchitectureEncoder {
  /** What stands before its tensors' names, such as `bert.`, in checkpoints that were saved from a model with a head. */
  readonly prefix: string
}

/** An encoder as its architecture describes it. */
export interface ArchitectureEncoder extends EncoderPart {
  /** The size of a token's vector. */
  readonly hiddenSize: number
  /** The most tokens that a text may have, special tokens included. */
  readonly maxTokens: number
  /** How many token types it tells apart; 1 where it takes none. */
  readonly typeVocabSize: number
  /** The module that keeps a row for each word of the vocabulary. */
  readonly wordEmbeddings: string
  /** The first layers that hold every kind of operator there is: what a device is tried with. */
  readonly probeLayers: number
  /**
   * Adds the encoder, or its first words and layers, to the graph of `blocks`.
   *
   * @returns The last hidden state of all texts' tokens under each other: (batch * tokens, hidden).
   */
  lastHiddenState(blocks: EncoderBlocks, part: EncoderPart): Value
}

/** How much of an encoder: the whole one, or the part a device is tried with. */
export interface EncoderPart {
  readonly vocabSize: number
  readonly numHiddenLayers: number
}
