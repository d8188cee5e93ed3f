/** The tensors of quantised weights by the names they were given when they were made. */

import { BertEmbedError } from '../../errors.js'
import { missingTensor, type Weights, type WeightTensor } from '../weights.js'

/** @param tensors Of files of our own making, whose dtypes are therefore what the graph expects. */
export function createConvertedWeights(tensors: ReadonlyMap<string, WeightTensor>): Weights {
  return {
    get(name, shape) {
      const tensor = tensors.get(name)
      if (!tensor) throw missingTensor(name, tensors)
      if (`${tensor.shape}` === `${shape}`) return tensor
      throw new BertEmbedError(
        'INVALID_WEIGHTS',
        `${tensor.file}: ${name} has shape [${tensor.shape.join(', ')}] after quantisation, not [${shape.join(', ')}].`,
      )
    },
    has: (name) => tensors.has(name),
  }
}
