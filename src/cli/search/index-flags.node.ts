/** Combines what a file says about its vectors with the flags of a search. */

import { defaultModel } from '../../index.node.js'
import { CommandError } from '../command-error.js'
import {
  type FlagName,
  flagNames,
  modelName,
  type VectorFlags,
  type VectorsInfo,
} from '../output/vectors-info.node.js'

/** Options that a query may have of its own: its prompt, and the format of the weights. */
const ownOptions: readonly FlagName[] = ['dtype', 'onnx', 'prompt', 'promptName', 'as']

/**
 * Returns the flags with which the query gets a vector that can be compared with the file's.
 *
 * @param isModelGiven Whether `model` is an argument, not a default.
 * @throws {CommandError} `WRONG_INDEX` for a flag that contradicts the file, `USAGE` if nothing says which model to take.
 */
export function queryFlags<Flags extends VectorFlags>(
  flags: Flags,
  info: VectorsInfo | undefined,
  { name, isModelGiven }: { readonly name: string; readonly isModelGiven: boolean },
): Flags {
  if (!info) {
    if (flags.model === undefined)
      throw new CommandError(
        'USAGE',
        `${name} does not say which model made it: name the model with --model (${defaultModel} if there was none).`,
      )
    return { as: isPrompted(flags) ? undefined : 'query', ...flags }
  }
  if (isModelGiven && modelName(flags.model!) !== info.model)
    throw new CommandError(
      'WRONG_INDEX',
      `${name} was made with ${info.model}: leave out --model ${flags.model}.`,
    )
  const shared = flagNames.filter((option) => !ownOptions.includes(option))
  for (const option of shared)
    if (flags[option] !== undefined && JSON.stringify(flags[option]) !== JSON.stringify(info.options[option]))
      throw new CommandError('WRONG_INDEX', `${name} was made with another ${option}: leave the option out.`)
  const { prompt, promptName, as, ...options } = info.options // the documents' prompt is not the query's
  const isSameModel = flags.model !== undefined && modelName(flags.model) === info.model
  const asQuery = isPrompted(flags) ? {} : { as: 'query' as const }
  return { ...options, ...flags, ...asQuery, model: isSameModel ? flags.model : info.model }
}

function isPrompted({ prompt, promptName, as }: VectorFlags): boolean {
  return [prompt, promptName, as].some((value) => value !== undefined)
}
