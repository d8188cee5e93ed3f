/** How a parameter is kept in a file of converted weights, for each dtype that such files are made for. */

import { eightBitBlocks } from './block-forms.js'
import type { EncoderParameter } from './encoder-trace.js'
import { float16, float32 } from './float-forms.js'
import { int8Matrix, int8Table } from './int8-forms.js'
import type { WeightForm } from './weight-form.js'

export type FormsByRole = Readonly<Record<EncoderParameter['role'], WeightForm>>

export const weightForms = {
  /** For what cannot compute with the published dtype. */
  fp32: { matrix: float32, table: float32, float: float32 },
  fp16: { matrix: float16, table: float16, float: float32 },
  q8: { matrix: int8Matrix, table: int8Table, float: float32 },
  /** q8 for WebGPU, whose kernels take blocks. */
  'q8-blocks': { matrix: eightBitBlocks, table: int8Table, float: float32 },
} as const satisfies Readonly<Record<string, FormsByRole>>

/** The dtypes that weights are converted to. */
export type ConvertedDtype = keyof typeof weightForms
