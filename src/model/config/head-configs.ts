/** Reads the configs of the modules that follow the pooling in a sentence-transformers model. */

import { BertEmbedError, describe } from '../../errors.js'
import { type ActivationName, activationFunctions } from '../../tensor/activation-functions.js'
import { type ConfigFields, configFields } from './config-fields.js'

export interface DenseConfig {
  readonly inFeatures: number
  readonly outFeatures: number
  readonly hasBias: boolean
  readonly activation: ActivationName
  /** Whether the input is added to the output; through a separate matrix if their sizes differ. */
  readonly isResidual: boolean
}

/**
 * Reads `N_Dense/config.json`.
 *
 * @throws {BertEmbedError} `INVALID_CONFIG`, `UNSUPPORTED_MODEL` for an unknown activation.
 */
export function parseDenseConfig(json: unknown, file: string): DenseConfig {
  const fields = configFields(json, file)
  checkVectorModule(json, file)
  return {
    inFeatures: sizeOf(fields, 'in_features'),
    outFeatures: sizeOf(fields, 'out_features'),
    hasBias: fields.boolean('bias', true),
    activation: activationOf(fields),
    isResidual: fields.boolean('use_residual', false),
  }
}

/** Reads the dimension in `N_LayerNorm/config.json`. @throws {BertEmbedError} `INVALID_CONFIG` */
export function parseLayerNormConfig(json: unknown, file: string): number {
  return sizeOf(configFields(json, file), 'dimension')
}

/**
 * Refuses the modules of multi-vector models, which work on each token.
 *
 * @throws {BertEmbedError} `UNSUPPORTED_MODEL`
 */
export function checkVectorModule(json: unknown, file: string): void {
  const fields = configFields(json, file)
  const vector = 'sentence_embedding'
  for (const name of ['module_input_name', 'module_output_name']) fields.oneOf(name, vector, [vector])
}

/** Reads the name of a PyTorch class from its dotted path. The default is Tanh, as in sentence-transformers. */
function activationOf(fields: ConfigFields): ActivationName {
  const path = fields.get('activation_function') ?? 'torch.nn.Tanh'
  const name = typeof path === 'string' && path.startsWith('torch.') ? path.split('.').at(-1)! : ''
  if (Object.hasOwn(activationFunctions, name)) return name as ActivationName
  throw new BertEmbedError(
    'UNSUPPORTED_MODEL',
    `${fields.file}: activation_function ${describe(path)} is not supported; supported, of torch.nn: ` +
      `${Object.keys(activationFunctions).join(', ')}.`,
  )
}

/** Maximum number of values of a vector. No model has that many, and buffers of this size cannot overflow. */
const maxFeatures = 1 << 16

function sizeOf(fields: ConfigFields, name: string): number {
  return fields.integer(name, 0, { max: maxFeatures })
}
