/** From `config.json` to the encoder it describes; each architecture but BERT is loaded when a model asks for it. */

import { type ConfigFields, configFields } from '../config/config-fields.js'
import { readModelType } from '../config/model-type.js'
import type { Encoder } from '../encoder.js'
import { bert } from './bert.js'

/**
 * @param json The parsed JSON of `config.json`.
 * @throws {BertEmbedError} `UNSUPPORTED_MODEL` for an architecture, or a variant of one, that the library does not have;
 * `INVALID_CONFIG` for values that cannot be, or contradict each other.
 */
export async function parseEncoder(json: unknown, { file = 'config.json' } = {}): Promise<Encoder> {
  const fields = configFields(json, file)
  const parse = await architectures[readModelType(fields, classNames)]()
  return parse(fields)
}

type Architecture = (fields: ConfigFields) => Encoder

const xlmRoberta = async () => (await import('./roberta.js')).xlmRoberta

/** By `model_type`; whoever adds one adds its class, and a row to docs/architectures.md. */
const architectures = {
  bert: () => bert,
  roberta: async () => (await import('./roberta.js')).roberta,
  'xlm-roberta': xlmRoberta,
  camembert: xlmRoberta,
  'data2vec-text': xlmRoberta,
  distilbert: async () => (await import('./distilbert.js')).distilbert,
  mpnet: async () => (await import('./mpnet.js')).mpnet,
  electra: async () => (await import('./electra.js')).electra,
  albert: async () => (await import('./albert.js')).albert,
  ernie: async () => (await import('./ernie.js')).ernie,
  modernbert: async () => (await import('./modernbert.js')).modernbert,
  nomic_bert: async () => (await import('./nomic-bert.js')).nomicBert,
} as const satisfies Readonly<Record<string, () => Architecture | Promise<Architecture>>>

/** What the names of their classes begin with. */
const classNames: Readonly<Record<keyof typeof architectures, string>> = {
  bert: 'Bert',
  roberta: 'Roberta',
  'xlm-roberta': 'XLMRoberta',
  camembert: 'Camembert',
  'data2vec-text': 'Data2VecText',
  distilbert: 'DistilBert',
  mpnet: 'MPNet',
  electra: 'Electra',
  albert: 'Albert',
  ernie: 'Ernie',
  modernbert: 'ModernBert',
  nomic_bert: 'NomicBert',
}
