/** The flags that say how texts become vectors. Their names are those of the options of `embedder.embed`. */

import { type Command, Option } from 'commander'
import { promptOf } from '../../embedder/embedder-settings.js'
import { promptNames } from '../../embedder/prompt-names.js'
import type { Embedder, EmbedStreamOptions } from '../../index.node.js'
import { CommandError } from '../command-error.js'
import { toWholeNumber } from '../parse-number.js'

/** Precisions that need no ranges, which only the vectors of a whole corpus would give. */
export type FlagPrecision = 'float32' | 'binary' | 'ubinary'

/** The values of the flags. */
export interface EmbedFlags extends Pick<EmbedStreamOptions, 'truncateDim' | 'overflow' | 'prompt'> {
  readonly precision?: FlagPrecision
  readonly promptName?: string
  readonly as?: 'query' | 'document'
}

export function addEmbedFlags(command: Command): Command {
  return addPromptFlags(command)
    .option('--truncate-dim <count>', 'values of a vector to keep (Matryoshka models)', toWholeNumber)
    .addOption(
      new Option('--overflow <mode>', 'what happens to a text that is too long').choices([
        'truncate',
        'windows',
        'error',
      ]),
    )
    .addOption(
      new Option('--precision <name>', 'format of the vectors: float32, or one bit per value').choices([
        'float32',
        'binary',
        'ubinary',
      ]),
    )
}

export function addPromptFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--as <kind>', "put the model's prompt for this kind before each text, if it has one")
        .choices(['query', 'document'])
        .conflicts(['prompt', 'promptName']),
    )
    .addOption(new Option('--prompt <text>', 'text to put before each text').conflicts('promptName'))
    .option('--prompt-name <name>', "put the model's prompt of this name before each text")
}

/** Returns the options of `embedder.embed`. @throws {CommandError} `USAGE` for a prompt that the model does not have. */
export function embedOptions(
  { prompts, model }: Pick<Embedder, 'prompts' | 'model'>,
  { truncateDim, overflow, precision, prompt, promptName, as }: EmbedFlags,
) {
  if (promptName !== undefined && prompts[promptName] === undefined)
    throw new CommandError(
      'USAGE',
      `${model} has no prompt ${JSON.stringify(promptName)}; it has ${Object.keys(prompts).join(', ') || 'none'}.`,
    )
  const ofKind = as && promptOf({ prompts }, {}, promptNames[as])
  const named = promptName === undefined ? ofKind : prompts[promptName]
  return { truncateDim, overflow, precision: precision ?? 'float32', prompt: prompt ?? named } as const
}

/** Number of elements of a vector of so many values: bits are packed into bytes. */
export function vectorWidth(precision: FlagPrecision, values: number): number {
  return precision === 'float32' ? values : Math.ceil(values / 8)
}
