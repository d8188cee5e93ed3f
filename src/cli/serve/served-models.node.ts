/** The models that `--model` names, and the names by which requests ask for them. */

import { createEmbedder } from '../../index.node.js'
import type { ServedModel } from '../../server/models.node.js'
import { CommandError } from '../command-error.js'
import { type ModelFlags, modelOptions } from '../model/model-flags.node.js'

/**
 * @param specs Each is a model, or `name=model`.
 * @param flags How all of them are loaded.
 * @throws {CommandError} `USAGE` for no model, and for two of the same name
 */
export function toServedModels(
  specs: readonly string[],
  flags: Omit<ModelFlags, 'model'>,
): readonly ServedModel[] {
  if (specs.length === 0 || specs.includes(''))
    throw new CommandError(
      'USAGE',
      'no model to serve. Add --model sentence-transformers/all-MiniLM-L6-v2, or set BERT_EMBED_MODEL.',
    )
  const models = specs.map(parseSpec)
  const twice = models.find(({ name }, index) => models.findIndex((other) => other.name === name) !== index)
  if (twice)
    throw new CommandError(
      'USAGE',
      `two models are named ${twice.name}. Name one: --model other=${twice.model}.`,
    )
  const options = modelOptions(flags)
  return models.map(({ name, model }) => ({
    name,
    maxBatchTokens: flags.maxBatchTokens,
    load: (signal) => createEmbedder({ ...options, model, signal }),
  }))
}

interface ModelSpec {
  readonly name: string
  readonly model: string
}

/** Without a name, a model of the Hub keeps its own, and a directory or a URL is named after its last part. */
function parseSpec(spec: string): ModelSpec {
  const [, name, model] = /^([\w.-]+(?:\/[\w.-]+)?)=(.+)$/.exec(spec) ?? []
  if (name !== undefined && model !== undefined) return { name, model }
  const isPlace = /^(?:[./~]|[a-z]:\\|\w+:\/\/)/i.test(spec)
  const last = spec.split(/[\\/]/).findLast((part) => part !== '' && part !== '.')
  return { name: isPlace ? (last ?? spec) : spec, model: spec }
}
