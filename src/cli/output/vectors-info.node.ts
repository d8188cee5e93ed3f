/** What made the vectors of a file. An interrupted run goes on only with the same, and `search` asks with the same. */

import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { defaultModel } from '../../index.node.js'
import { CommandError } from '../command-error.js'
import type { EmbedFlags } from '../model/embed-flags.node.js'
import type { ModelFlags } from '../model/model-flags.node.js'

/** The flags that change the vectors of a text. */
export const flagNames = [
  'revision',
  'dtype',
  'onnx',
  'pooling',
  'normalize',
  'maxLength',
  'truncateDim',
  'overflow',
  'precision',
  'prompt',
  'promptName',
  'as',
] as const satisfies readonly (keyof ModelFlags | keyof EmbedFlags)[]

export type FlagName = (typeof flagNames)[number]

export type VectorFlags = Pick<ModelFlags & EmbedFlags, 'model' | FlagName>

export interface VectorsInfo {
  /** Version of this description. */
  readonly version: 1
  readonly model: string
  readonly options: Omit<VectorFlags, 'model'>
  /** Names of the fields that were copied from the input. */
  readonly keep: readonly string[]
}

/** The key of a Parquet file's metadata that holds the description. */
export const parquetInfoKey = 'bert-embed'

export function vectorsInfo(flags: VectorFlags & { readonly keep?: readonly string[] }): VectorsInfo {
  const given = flagNames.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name]])
  return {
    version: 1,
    model: modelName(flags.model ?? defaultModel),
    options: Object.fromEntries(given),
    keep: flags.keep ?? [],
  }
}

/**
 * The name of a local directory is its whole path, so that it can be found from another directory. A URL is without its
 * query, which may be a secret signature.
 */
export function modelName(model: string): string {
  if (/^https?:/i.test(model)) return model.replace(/[?#].*$/s, '')
  return statSync(model, { throwIfNoEntry: false })?.isDirectory() ? resolve(model) : model
}

/** @throws {CommandError} `WRONG_INDEX` if the text is not such a description. */
export function parseVectorsInfo(text: string, name: string): VectorsInfo {
  const info = parseJson(text) as Partial<VectorsInfo> | null
  if (
    info?.version === 1 &&
    typeof info.model === 'string' &&
    typeof info.options === 'object' &&
    info.options
  )
    return info as VectorsInfo
  throw new CommandError('WRONG_INDEX', `${name} does not describe vectors as bert-embed writes it.`)
}

/** Describes what differs between two descriptions, or returns `undefined`. */
export function describeDifference(before: VectorsInfo, now: VectorsInfo): string | undefined {
  const [a, b] = [before, now].map(
    ({ options, ...rest }): Record<string, unknown> => ({ ...options, ...rest }),
  )
  const differing = ['model', 'keep', ...flagNames].filter(
    (name) => JSON.stringify(a![name]) !== JSON.stringify(b![name]),
  )
  if (differing.length === 0) return undefined
  return differing.map((name) => `${name} was ${show(a![name])} and is ${show(b![name])}`).join(', ')
}

function show(value: unknown): string {
  return value === undefined ? 'not given' : JSON.stringify(value)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
