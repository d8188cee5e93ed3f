/** The requests of text-embeddings-inference. Fields that are not listed are ignored. */

import * as z from 'zod/mini'
import { type InputField, isInputField } from '../inputs.node.js'

const flag = z.boolean('has to be true or false')

/** Fields that all requests for vectors share. */
const parameters = {
  prompt_name: z.nullish(z.string('has to be the name of a prompt')),
  truncate: z.nullish(flag),
  // Its documentation has both spellings.
  truncation_direction: z.nullish(z.enum(['left', 'right', 'Left', 'Right'], 'has to be "left" or "right"')),
}

const inputs = z.custom<InputField>(
  isInputField,
  'has to be a string, a list of strings, a list of token ids or a list of such lists',
)

const texts = z.union([z.string(), z.array(z.string())], 'has to be a string or a list of strings')

export const embedRequest = z.object({
  ...parameters,
  inputs,
  normalize: z.nullish(flag),
  dimensions: z.nullish(
    z.int('has to be a whole number').check(z.positive('has to be a whole number of at least 1')),
  ),
})

/** Only texts: no method returns the vectors of each token for ids. */
export const embedAllRequest = z.object({ ...parameters, inputs: texts })

export const similarityRequest = z.object({
  inputs: z.object(
    {
      source_sentence: z.string('has to be a string'),
      sentences: z.array(z.string('has to be a string'), 'has to be a list of strings'),
    },
    'has to be an object with source_sentence and sentences',
  ),
  parameters: z.nullish(z.object(parameters, 'has to be an object')),
})

export const tokenizeRequest = z.object({
  inputs: texts,
  add_special_tokens: z.nullish(flag),
  prompt_name: parameters.prompt_name,
})
