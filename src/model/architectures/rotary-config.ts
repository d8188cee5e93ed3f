/** Reads from `config.json` what rotary position embeddings need. */

import { BertEmbedError } from '../../errors.js'
import type { ConfigFields } from '../config/config-fields.js'

/**
 * Reads theta from a config in the format of transformers 5.
 *
 * @param parameters The object `rope_parameters`, or its entry for one type of layer.
 * @throws {BertEmbedError} `UNSUPPORTED_MODEL` for scaled angles.
 */
export function readRopeTheta(parameters: ConfigFields | undefined, fallback: number): number {
  parameters?.oneOf('rope_type', 'default', ['default'])
  return readTheta(parameters, 'rope_theta', fallback)
}

/** @throws {BertEmbedError} `INVALID_CONFIG` */
export function readTheta(fields: ConfigFields | undefined, name: string, fallback: number): number {
  return fields?.number(name, fallback, { above: 1, below: 1e12 }) ?? fallback
}

/** @throws {BertEmbedError} `INVALID_CONFIG` for an odd head size. */
export function checkHeadSize(headSize: number, file: string): number {
  if (headSize % 2 === 0) return headSize
  throw new BertEmbedError(
    'INVALID_CONFIG',
    `${file}: heads of ${headSize} values cannot be turned by pairs; hidden_size is an odd multiple of num_attention_heads.`,
  )
}
