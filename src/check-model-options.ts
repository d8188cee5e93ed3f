/** The checks of the options of `createEmbedder`. A separate file, so that a page loads it with the first model. */

import { checkOptions, type OptionChecks } from './checks/check-options.js'
import { checkName } from './checks/option-kinds.js'
import { checkBackend, checkSource, loadOptions } from './loading/load-options.js'
import type { ModelOptions } from './model-options.js'
import { hubOptions } from './sources/source-options.js'

const modelOptions: OptionChecks<ModelOptions> = {
  ...hubOptions,
  ...loadOptions,
  model: (option, value) => (typeof value === 'string' ? checkName : checkSource)(option, value),
  cacheDir: checkName,
  backend: checkBackend,
}

/** @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION` */
export function checkModelOptions(options: ModelOptions): void {
  checkOptions('createEmbedder', options, modelOptions)
}
