/** What the rest of the library needs to know about an encoder of any architecture. */

import type { EncoderBlocks } from './encoder-blocks.js'

export interface Encoder extends ArchitectureEncoder {
  /** Prefix of its tensors' names in checkpoints that were saved from a model with a head, such as `bert.`. */
  readonly prefix: string
}

/** An encoder as its architecture describes it. */
export interface ArchitectureEncoder extends EncoderPart {
  /** The size of a token's vector. */
  readonly hiddenSize: number
  /** Maximum number of tokens of a text, special tokens included. */
  readonly maxTokens: number
  /** Number of token types; 1 for an architecture without them. */
  readonly typeVocabSize: number
  /** Name of the module that has a row for each word of the vocabulary. */
  readonly wordEmbeddings: string
  /**
   * Number of first layers that together contain every kind of operator. Devices that need a probe run these
   * (`encoder-probe.ts`).
   */
  readonly probeLayers: number
  /**
   * Computes the encoder, or its first words and layers, with `blocks`.
   *
   * @returns The last hidden state, with the tokens of all texts as rows: (batch * tokens, hidden).
   */
  lastHiddenState<Rows>(blocks: EncoderBlocks<Rows>, part: EncoderPart): Rows
}

/** How much of an encoder to compute: all of it, or the small part that a probe runs. */
export interface EncoderPart {
  readonly vocabSize: number
  readonly numHiddenLayers: number
}
