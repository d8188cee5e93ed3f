/**
 * Reads the pipeline in sentence-transformers' `modules.json`. Class paths changed between the generations of the
 * format; the last part, the class name, did not.
 */

import { isJsonObject } from '../../checks/json.js'
import { BertEmbedError, describe } from '../../errors.js'

/** The encoder, then the pooling, then the modules that work on the pooled vector. */
export interface SentenceModules {
  /** Folder of the encoder's files; '' is the model's root. */
  readonly transformerPath: string
  readonly poolingPath: string | undefined
  /** Modules after the pooling, in order, without a Normalize at the end. */
  readonly head: readonly HeadModule[]
  /** Whether the model ends with a Normalize, which scales vectors to length 1. */
  readonly normalize: boolean
}

export interface HeadModule {
  readonly kind: 'Dense' | 'LayerNorm' | 'Normalize'
  /** Folder of its files. */
  readonly path: string
}

interface Module {
  readonly kind: string
  readonly path: string
}

const kinds = ['Transformer', 'Pooling', 'Dense', 'LayerNorm', 'Dropout', 'Normalize']

/** @throws {BertEmbedError} `INVALID_CONFIG`, or `UNSUPPORTED_MODEL` for an unknown module or an unsupported order. */
export function parseModules(json: unknown, { file = 'modules.json' } = {}): SentenceModules {
  if (!Array.isArray(json))
    throw new BertEmbedError(
      'INVALID_CONFIG',
      `${file}: expected a list of modules, found ${describe(json)}.`,
    )
  const modules = json.map((entry: unknown, position) => parseModule(entry, `${file}: module ${position}`))
  // Every Pooling reads the token vectors, so only the last one has an effect.
  const poolingIndex = modules.findLastIndex(({ kind }) => kind === 'Pooling')
  // A Normalize before the pooling has no effect.
  const before = modules.slice(0, Math.max(poolingIndex, 0)).filter(({ kind }) => kind !== 'Normalize')
  const [transformer, ...between] = poolingIndex === -1 ? modules : before
  const isRunnable =
    transformer?.kind === 'Transformer' &&
    (between.length === 0 || (poolingIndex !== -1 && between[0]!.kind === 'Pooling')) &&
    modules.filter(({ kind }) => kind === 'Transformer').length === 1
  if (!isRunnable)
    throw new BertEmbedError(
      'UNSUPPORTED_MODEL',
      `${file}: modules ${modules.map(({ kind }) => kind).join(', ')} in this order are not supported; ` +
        'supported: Transformer, Pooling, then any of Dense, LayerNorm, Dropout, Normalize.',
    )
  const after = modules.slice(poolingIndex + 1).filter(isHeadModule)
  const lastOther = after.findLastIndex(({ kind }) => kind !== 'Normalize')
  return {
    transformerPath: transformer.path,
    poolingPath: modules[poolingIndex]?.path,
    head: after.slice(0, lastOther + 1),
    normalize: lastOther + 1 < after.length,
  }
}

function parseModule(entry: unknown, what: string): Module {
  const { type, path = '' } = isJsonObject(entry) ? entry : {}
  if (typeof type !== 'string')
    throw new BertEmbedError('INVALID_CONFIG', `${what} has type ${describe(type)}, not a name.`)
  if (typeof path !== 'string' || path.split('/').includes('..'))
    throw new BertEmbedError(
      'INVALID_CONFIG',
      `${what} has path ${describe(path)}, not a folder of the model.`,
    )
  const kind = type.split('.').at(-1)!
  if (!kinds.includes(kind))
    throw new BertEmbedError(
      'UNSUPPORTED_MODEL',
      `${what}: ${type} is not supported; supported: ${kinds.join(', ')}.`,
    )
  return { kind, path: path.replace(/\/+$/, '') }
}

function isHeadModule(module: Module): module is HeadModule {
  return module.kind !== 'Transformer' && module.kind !== 'Dropout'
}
