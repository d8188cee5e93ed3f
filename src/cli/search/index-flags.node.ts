/** Combines what a file says about its vectors with the flags of a search. */

import { defaultModel } from '../../index.node.js'
import { CommandError } from '../command-error.js'
import { type FlagName, modelName, type VectorFlags, type VectorsInfo } from '../output/vectors-info.node.js'

/** Options that a query may have of its own: its prompt, and the format of the weights. */
const ownOptions: readonly FlagName[] = ['dtype', 'prompt', 'promptName', 'as']

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
  const shared = Object.entries(info.options).filter(
    ([option]) => !promptOptions.includes(option as FlagName),
  )
  for (const [option, value] of shared) {
    const given = flags[option as FlagName]
    if (
      given !== undefined &&
      JSON.stringify(given) !== JSON.stringify(value) &&
      !ownOptions.includes(option as FlagName)
    )
      throw new CommandError(
        'WRONG_INDEX',
        `${name} was made with ${option} ${JSON.stringify(value)}, not ${JSON.stringify(given)}: leave the option out.`,
      )
  }
  const asQuery = isPrompted(flags) ? {} : { as: 'query' as const }
  return { ...Object.fromEntries(shared), ...flags, ...asQuery, model: info.model }
}

/** The documents' prompt is not the query's. */
const promptOptions: readonly FlagName[] = ['prompt', 'promptName', 'as']

function isPrompted(flags: VectorFlags): boolean {
  return promptOptions.some((name) => flags[name] !== undefined)
}
