/** The options of `createEmbedder`, each with its check. Apart, so that a page loads it when there are options. */

import { checkBackend, checkSource, loadOptions } from './loading/load-options.js'
import type { ModelOptions } from './model-options.js'
import { checkOptions, type OptionChecks } from './options/check-options.js'
import { checkName } from './options/option-kinds.js'
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
