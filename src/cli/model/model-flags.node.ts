/** The flags that choose a model and how to run it. Their names are those of the options of `createEmbedder`. */

import { type Command, Option } from 'commander'
import type { ModelOptions } from '../../index.node.js'
import { dtypes } from '../../model/dtypes.js'
import { toWholeNumber } from '../parse-number.js'

/** The values of the flags. */
export type ModelFlags = Omit<ModelOptions, 'token' | 'tokenizer' | 'backend' | 'cache' | 'model'> & {
  readonly model?: string
}

/** The variable that names the model when `--model` does not. */
export const modelVariable = 'BERT_EMBED_MODEL'

export function addModelFlags(command: Command): Command {
  const model = new Option('-m, --model <name>', 'a name on the Hugging Face Hub, a local directory or a URL')
  return addLoadFlags(command.addOption(model.env(modelVariable)))
    .option('--normalize', 'scale vectors to length 1')
    .option('--no-normalize', 'leave the length of vectors as it is')
}

/** Adds the flags that say how a model is loaded and run. */
export function addLoadFlags(command: Command): Command {
  return command
    .option('--revision <name>', 'branch, tag or commit on the Hub')
    .addOption(new Option('--dtype <name>', 'format of the weights').choices(dtypes))
    .option('--onnx', "run the repository's ONNX file of this dtype")
    .option('--device <name>', 'device to run on, such as cpu, wasm or webgpu')
    .option('--threads <count>', 'threads of each session', toWholeNumber)
    .option(
      '--sessions <count>',
      'copies of the model that run in parallel: faster for many texts',
      toWholeNumber,
    )
    .option('--max-batch-tokens <count>', 'tokens of a batch', toWholeNumber)
    .option('--max-length <tokens>', 'limit of a text', toWholeNumber)
    .option('--pooling <modes>', 'cls, mean, max, ...; several with commas', (modes: string) =>
      modes.split(','),
    )
    .option('--cache-dir <directory>', 'where downloads are kept')
    .option('--offline', 'use the cache only, without any request')
}

const names = [
  'model',
  'revision',
  'dtype',
  'onnx',
  'device',
  'threads',
  'sessions',
  'maxBatchTokens',
  'maxLength',
  'pooling',
  'normalize',
  'cacheDir',
  'offline',
] as const satisfies readonly (keyof ModelFlags)[]

/** Picks the options of `createEmbedder` out of a command's flags. */
export function modelOptions(flags: ModelFlags): ModelFlags {
  return Object.fromEntries(
    names.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name]]),
  )
}

/** For commands that take the model as an argument too. */
export function withModel<Flags extends ModelFlags>(name: string | undefined, flags: Flags): Flags {
  return name === undefined ? flags : { ...flags, model: name }
}
