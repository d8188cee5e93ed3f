/** The requests of OpenAI's API, and the fields of their answers. Fields that are not listed are ignored. */

import * as z from 'zod/mini'
import { type InputField, isInputField } from '../inputs.node.js'

/** @see https://platform.openai.com/docs/api-reference/embeddings/create */
export const embeddingsRequest = z.object({
  input: z.custom<InputField>(
    isInputField,
    'has to be a string, a list of strings, a list of token ids or a list of such lists',
  ),
  model: z.string('has to be the name of a model'),
  encoding_format: z.nullish(z.enum(['float', 'base64'], 'has to be "float" or "base64"')),
  dimensions: z.nullish(
    z.int('has to be a whole number').check(z.positive('has to be a whole number of at least 1')),
  ),
})

/** An entry of `/v1/models`. */
export function modelEntry(name: string, created: number) {
  return { id: name, object: 'model', created, owned_by: 'bert-embed' }
}

/** A vector in the format that the request asks for. In base64 it is float32, little-endian. */
export function encodeVector(vector: Float32Array, format: 'float' | 'base64'): string | number[] {
  if (format === 'float') return Array.from(vector)
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')
}
