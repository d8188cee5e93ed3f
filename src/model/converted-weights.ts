/** The tensors of quantised weights by the names they were given when they were made. */

import { BertEmbedError } from '../errors.js'
import type { Weights, WeightTensor } from './weights.js'

/** @param tensors Of files of our own making, whose dtypes are therefore what the graph expects. */
export function createConvertedWeights(tensors: ReadonlyMap<string, WeightTensor>): Weights {
  return {
    get(name, shape) {
      const tensor = tensors.get(name)
      if (!tensor)
        throw new BertEmbedError(
          'MISSING_TENSOR',
          `The checkpoint has no tensor ${name} (nor bert.${name}) among its ${tensors.size}.`,
        )
      if (`${tensor.shape}` === `${shape}`) return tensor
      throw new BertEmbedError(
        'INVALID_WEIGHTS',
        `${tensor.file}: ${name} has shape [${tensor.shape.join(', ')}] after quantisation, not [${shape.join(', ')}].`,
      )
    },
  }
}
