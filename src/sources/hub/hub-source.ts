/**
 * `hubSource` with checks of its options. Kept apart from open-hub.ts: together they cost a page 3 KB for the checks.
 */

import { checkOptions } from '../../checks/check-options.js'
import type { ModelSource } from '../model-source.js'
import type { HubSourceOptions } from '../source-options.js'
import { hubOptions } from '../source-options.js'
import { openHub } from './open-hub.js'

export type { HubSourceOptions } from '../source-options.js'

/**
 * Creates a source for a model of the Hugging Face Hub. A file is downloaded when it is opened.
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION`, also if `model` is not a name on the Hub.
 * @throws {BertEmbedError} from `open`: `MODEL_NOT_FOUND`, `UNAUTHORIZED`, `NETWORK`, `HTTP_STATUS`,
 * `DAMAGED_DOWNLOAD`, `OFFLINE`.
 * @example
 * const source = hubSource('google-bert/bert-base-cased', { revision: 'main' })
 */
export function hubSource(model: string, options: HubSourceOptions = {}): ModelSource {
  checkOptions('hubSource', options, hubOptions)
  return openHub(model, options)
}
