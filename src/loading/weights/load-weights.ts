/** Loads a model's weights in the form that the dtype and the device need. */

import type { Device } from '../../backends/backend.js'
import type { ConvertedDtype } from '../../model/conversion/read-converted-file.js'
import type { Dtype } from '../../model/dtypes.js'
import type { Encoder } from '../../model/encoder.js'
import { traitsOf } from '../../model/onnx/device-traits.js'
import type { ModelSource, OpenOptions } from '../../sources/model-source.js'
import type { Pack } from '../pack/pack.js'
import { type LoadedWeights, readPublishedWeights } from './published-weights.js'

export interface LoadWeightsOptions extends OpenOptions {
  readonly encoder: Encoder
  /** Set if the weights are converted already. */
  readonly pack?: Pack | undefined
  /** @default 'fp32' */
  readonly dtype?: Dtype | undefined
  readonly device?: Device | undefined
  /** Whether the engine computes with the weights, not ONNX Runtime. @default false */
  readonly takesPlan?: boolean | undefined
}

/** @throws {BertEmbedError | ArgumentRangeError} as `loadWeights`, `loadConvertedWeights` and `refuseWeights` do. */
export async function loadWeights(source: ModelSource, options: LoadWeightsOptions): Promise<LoadedWeights> {
  const { dtype = 'fp32', device, takesPlan = false, pack } = options
  const traits = traitsOf(device)
  const int8Form = takesPlan ? 'q8-rows' : traits.int8Products ? 'q8' : 'q8-blocks'
  if (pack) {
    const { loadPackedWeights } = await import('../pack/load-packed-weights.js')
    return loadPackedWeights(source, pack, { ...options, form: pack.dtype === 'q8' ? int8Form : pack.dtype })
  }
  if (dtype === 'fp32') {
    const published = await readPublishedWeights(source, options.encoder.prefix, options)
    const isReady = takesPlan || traits.bfloat16Cast || !published.dtypes.has('BF16')
    return isReady ? published : convert(source, dtype, options)
  }
  if (dtype === 'q4') {
    const { refuseWeights } = await import('./load-converted-weights.js')
    return refuseWeights(source, options)
  }
  return convert(source, dtype === 'q8' ? int8Form : dtype, options)
}

async function convert(
  source: ModelSource,
  dtype: ConvertedDtype,
  options: LoadWeightsOptions,
): Promise<LoadedWeights> {
  // Imported on demand: most models run with their published weights, and a page need not load this for them.
  const { loadConvertedWeights } = await import('./load-converted-weights.js')
  return loadConvertedWeights(source, { ...options, dtype })
}
