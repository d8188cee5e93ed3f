/**
 * A plan: an encoder as a list of kernel calls on memory. It is made once per model, as plain data that can be posted to
 * threads, and runs for batches of any size.
 *
 * Rows are the tokens of all texts, one after the other and without padding. Memory has two parts: weights, whose
 * addresses are part of the plan, and slots, which hold the rows of intermediate values and grow with the batch.
 */

import type { WeightTensor } from '../model/weights.js'

export interface Plan {
  readonly hiddenSize: number
  /** The id from which tables with the index `afterPadding` count. */
  readonly padTokenId: number | undefined
  readonly steps: readonly Step[]
  /** The slot of each intermediate value. Values that are not needed at the same time share one. */
  readonly slotOf: readonly number[]
  /** Number of bytes per row of each slot, a multiple of 32. */
  readonly slots: readonly number[]
  /** The last hidden state. */
  readonly output: RowsRef
  readonly parameters: readonly PlannedParameter[]
  /** Tables that are computed, not read from a file. */
  readonly constants: readonly PlannedConstant[]
  /** End of the weights. */
  readonly weightsEnd: number
}

/** Some columns of an intermediate value. */
export interface RowsRef {
  /** Index in {@link Plan.slotOf}. */
  readonly value: number
  /** Number of columns. */
  readonly width: number
  /** Offset of the first column in a row, in bytes. */
  readonly offset: number
  /** Distance of two rows, in bytes. */
  readonly stride: number
}

export interface PlannedParameter {
  readonly address: number
  readonly form: ParameterForm
  readonly tensor: WeightTensor
}

/** How a parameter lies in memory. */
export type ParameterForm =
  /** Panels of 8 rows: [rows / 8][width][8] float32. */
  | { readonly type: 'panels' }
  /** Panels of 8 rows of int8, see `int8-format.ts`. */
  | { readonly type: 'int8Panels' }
  /** As in the file, widened to float32. */
  | { readonly type: 'floats' }
  /** As in the file. */
  | { readonly type: 'int8' }
  /** [heads][2 * maxTokens - 1]: a number for each distance of two tokens. */
  | {
      readonly type: 'distances'
      readonly maxTokens: number
      readonly maxDistance: number
      readonly rowsByDistance: readonly number[]
    }

export interface PlannedConstant {
  readonly address: number
  readonly values: Float32Array
}

export type Step =
  | {
      readonly type: 'embeddings'
      readonly tables: readonly PlannedTable[]
      readonly output: RowsRef
    }
  | ({ readonly type: 'linear' } & LinearStep)
  | ({ readonly type: 'linearInt8'; readonly scales: number } & LinearStep)
  | {
      readonly type: 'quantize'
      readonly input: RowsRef
      /** The largest number to use. */
      readonly largest: number
      readonly output: RowsRef
    }
  | {
      readonly type: 'layerNorm'
      readonly input: RowsRef
      readonly weight: number
      readonly bias: number
      readonly epsilon: number
      readonly output: RowsRef
    }
  | {
      readonly type: 'attention'
      readonly query: RowsRef
      readonly key: RowsRef
      readonly value: RowsRef
      readonly heads: number
      readonly headSize: number
      readonly window: number
      /** Address of a number for each head and distance, or 0; `maxTokens` is the number of distances >= 0. */
      readonly bias: number
      readonly maxTokens: number
      readonly output: RowsRef
    }
  | {
      readonly type: 'rotate'
      readonly input: RowsRef
      readonly headSize: number
      readonly cos: number
      readonly sin: number
      readonly output: RowsRef
    }
  | {
      readonly type: 'add' | 'multiply'
      readonly inputs: readonly [RowsRef, RowsRef]
      readonly output: RowsRef
    }
  | {
      readonly type: 'activation'
      readonly input: RowsRef
      readonly activation: number
      readonly output: RowsRef
    }

interface LinearStep {
  readonly input: RowsRef
  readonly weight: number
  readonly bias: number
  /** Position in `activationKernels`. */
  readonly activation: number
  readonly residual: RowsRef | undefined
  readonly output: RowsRef
}

export interface PlannedTable {
  readonly rows: number
  readonly address: number
  /** Address of the scale of each row, for a table of int8. */
  readonly scales: number | undefined
  readonly index: TableIndex
}

/** The numbers that select rows of tables, see `EmbeddingIndex`. */
export const tableIndices = ['word', 'tokenType', 'position', 'afterPadding', 'first'] as const
export type TableIndex = (typeof tableIndices)[number]
