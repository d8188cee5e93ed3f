/** Which architecture a `config.json` is of. */

import { BertEmbedError, describe } from '../../errors.js'
import type { ConfigFields } from './config-fields.js'

/**
 * @param classNames What the classes of each supported `model_type` begin with: checkpoints older than that field name
 * only the class they were saved from.
 * @throws {BertEmbedError} `UNSUPPORTED_MODEL` for an architecture that is none of them.
 */
export function readModelType<T extends string>(
  fields: ConfigFields,
  classNames: Readonly<Record<T, string>>,
): T {
  const architectures = fields.get('architectures')
  const className: unknown = Array.isArray(architectures) ? architectures[0] : undefined
  const modelType = fields.get('model_type')
  const supported = Object.entries<string>(classNames) as [T, string][]
  const isMeant = ([name, start]: [T, string]) =>
    modelType === undefined ? new RegExp(`^${start}[A-Z]`).test(String(className)) : modelType === name
  const found = supported.find(isMeant)
  if (found) return found[0]
  const named = modelType ?? className
  throw new BertEmbedError(
    'UNSUPPORTED_MODEL',
    named === undefined
      ? `${fields.file} names no model_type. Is it the config.json of a BERT checkpoint?`
      : `${fields.file}: model_type ${describe(named)} is not supported; supported: ` +
          `${supported.map(([name]) => describe(name)).join(', ')}.`,
  )
}
