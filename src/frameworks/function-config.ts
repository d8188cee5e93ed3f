/** What databases store of an embedding function, to find it again. */

import { wrongKind } from '../checks/check-options.js'
import type { AdapterOptions } from './adapter-options.js'

/** The name of the model, and the options of every call. */
export interface EmbeddingFunctionConfig extends AdapterOptions {
  readonly model: string
}

/** @throws {ArgumentTypeError} `INVALID_OPTION` */
export function checkConfig(config: unknown): asserts config is EmbeddingFunctionConfig {
  if (typeof (config as EmbeddingFunctionConfig | undefined)?.model === 'string') return
  throw wrongKind('The argument of an embedding function', config, "{ model: 'name of the model' }")
}
