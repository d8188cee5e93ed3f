/** Checks the inputs of a run. */

import type { BatchRows } from '../../engine/batch-inputs.js'
import type { Plan } from '../../engine/plan.js'
import { BertEmbedError } from '../../errors.js'
import { encoderInputs } from '../../model/encoder-tensors.js'
import type { Tensor } from '../../tensor/tensor.js'
import type { PaddedBatch } from '../../text/pad.js'
import { engineName } from './engine-name.js'

export type Inputs = Readonly<Record<string, Tensor>>

/** @throws {BertEmbedError} `BACKEND_FAILED` */
export function batchOf(inputs: Inputs): PaddedBatch {
  const [inputIds, attentionMask, tokenTypeIds] = encoderInputs.map((name) => inputs[name])
  if (
    !inputIds ||
    [inputIds, attentionMask, tokenTypeIds].some(
      (tensor) =>
        tensor?.dtype !== 'int32' || tensor.shape.length !== 2 || `${tensor.shape}` !== `${inputIds.shape}`,
    )
  )
    throw new BertEmbedError(
      'BACKEND_FAILED',
      `The ${engineName} takes ${encoderInputs.join(', ')}: int32 tensors of the same shape [batch, tokens].`,
    )
  return { inputIds, attentionMask, tokenTypeIds } as PaddedBatch
}

/** @throws {BertEmbedError} `BACKEND_FAILED` for an id, a token type or a position outside of its table */
export function checkIndices({ steps }: Plan, { indices }: BatchRows): void {
  for (const step of steps)
    if (step.type === 'embeddings')
      for (const { index, rows } of step.tables)
        if (indices[index].some((row) => row < 0 || row >= rows))
          throw new BertEmbedError(
            'BACKEND_FAILED',
            `The ${engineName} was given a row outside of a table with ${rows} rows (${index}).`,
          )
}
