/** The source of a model of the Hub, for callers of their own: with its options checked. */

import { checkOptions } from '../../checks/check-options.js'
import type { ModelSource } from '../model-source.js'
import type { HubSourceOptions } from '../source-options.js'
import { hubOptions } from '../source-options.js'
import { openHub } from './open-hub.js'

export type { HubSourceOptions } from '../source-options.js'

/**
 * A model source over the Hugging Face Hub. Files are downloaded when they are opened, and only then.
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION`, also when `model` is not a Hub name.
 * @throws {BertEmbedError} from `open`: `MODEL_NOT_FOUND`, `UNAUTHORIZED`, `NETWORK`, `HTTP_STATUS`, `DAMAGED_DOWNLOAD`, `OFFLINE`.
 * @example
 * const source = hubSource('google-bert/bert-base-cased', { revision: 'main' })
 */
export function hubSource(model: string, options: HubSourceOptions = {}): ModelSource {
  checkOptions('hubSource', options, hubOptions)
  return openHub(model, options)
}
