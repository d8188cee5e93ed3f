/** Finds out which architecture a `config.json` is for. */

import { BertEmbedError, describe } from '../../errors.js'
import type { ConfigFields } from './config-fields.js'

/**
 * @param architectures For each `model_type`, the start of its class names: checkpoints older than that field name only
 * the class that they were saved from.
 * @throws {BertEmbedError} `UNSUPPORTED_MODEL` for an architecture that is not among them.
 */
export function readModelType<T extends string>(
  fields: ConfigFields,
  architectures: Readonly<Record<T, { readonly className: string }>>,
): T {
  const classNames = fields.get('architectures')
  const className: unknown = Array.isArray(classNames) ? classNames[0] : undefined
  const modelType = fields.get('model_type')
  const supported = Object.keys(architectures) as T[]
  const isMeant = (name: T) =>
    modelType === undefined
      ? new RegExp(`^${architectures[name].className}[A-Z]`).test(String(className))
      : modelType === name
  const found = supported.find(isMeant)
  if (found) return found
  const named = modelType ?? className
  throw new BertEmbedError(
    'UNSUPPORTED_MODEL',
    named === undefined
      ? `${fields.file} names no model_type. Is it the config.json of a BERT checkpoint?`
      : `${fields.file}: model_type ${describe(named)} is not supported; supported: ` +
          `${supported.map(describe).join(', ')}.`,
  )
}
