/**
 * Checks the options of `hubSource`. The source itself is in open-hub.ts: in one file, a page would load 3 KB of checks
 * that it does not use.
 */

import { checkOptions } from '../../checks/check-options.js'
import { checkName } from '../../checks/option-kinds.js'
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
  checkName('model', model)
  checkOptions('hubSource', options, hubOptions)
  return openHub(model, options)
}
