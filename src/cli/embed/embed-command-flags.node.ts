/** The flags of `bert-embed embed`. */

import type { InputFlags } from '../input/open-input.node.js'
import type { EmbedFlags } from '../model/embed-flags.node.js'
import type { ModelFlags } from '../model/model-flags.node.js'
import type { OutputFormat } from '../output/output-format.node.js'

export interface EmbedCommandFlags extends InputFlags, ModelFlags, EmbedFlags {
  readonly output?: string
  readonly format?: OutputFormat
  readonly force?: boolean
}
