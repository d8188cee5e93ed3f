/**
 * Start here: the registry of architectures, and the way from `config.json` to an encoder. Each file of this folder that a row
 * names builds one architecture's graph, `bert.ts` first; the others hold what several of them share.
 */

import { type ConfigFields, configFields } from '../config/config-fields.js'
import { readModelType } from '../config/model-type.js'
import type { ArchitectureEncoder, Encoder } from '../encoder.js'
import { bert } from './bert.js'

/** A row of the registry. */
interface Architecture {
  /** The start of the names of its classes in transformers. */
  readonly className: string
  /** Prefixes of the encoder's tensors in a model with a head: `base_model_prefix` in transformers, then older ones. */
  readonly prefixes: readonly string[]
  /** A literal `import()`: a page loads an architecture only when a model needs it. BERT is always there. */
  load(): Promise<(fields: ConfigFields) => ArchitectureEncoder>
}

const xlmRoberta = async () => (await import('./roberta.js')).xlmRoberta

/** The registry, by `model_type`. docs/architectures.md says how to add a row. */
const architectures = {
  bert: { className: 'Bert', prefixes: ['bert.'], load: async () => bert },
  roberta: {
    className: 'Roberta',
    prefixes: ['roberta.'],
    load: async () => (await import('./roberta.js')).roberta,
  },
  'xlm-roberta': { className: 'XLMRoberta', prefixes: ['roberta.'], load: xlmRoberta },
  camembert: { className: 'Camembert', prefixes: ['roberta.'], load: xlmRoberta },
  'data2vec-text': { className: 'Data2VecText', prefixes: ['data2vec_text.'], load: xlmRoberta },
  distilbert: {
    className: 'DistilBert',
    prefixes: ['distilbert.'],
    load: async () => (await import('./distilbert.js')).distilbert,
  },
  mpnet: { className: 'MPNet', prefixes: ['mpnet.'], load: async () => (await import('./mpnet.js')).mpnet },
  electra: {
    className: 'Electra',
    prefixes: ['electra.'],
    load: async () => (await import('./electra.js')).electra,
  },
  albert: {
    className: 'Albert',
    prefixes: ['albert.'],
    load: async () => (await import('./albert.js')).albert,
  },
  ernie: {
    className: 'Ernie',
    prefixes: ['ernie.', 'bert.'],
    load: async () => (await import('./ernie.js')).ernie,
  },
  modernbert: {
    className: 'ModernBert',
    prefixes: ['model.'],
    load: async () => (await import('./modernbert.js')).modernbert,
  },
  nomic_bert: {
    className: 'NomicBert',
    prefixes: ['nomic_bert.', 'bert.'],
    load: async () => (await import('./nomic-bert.js')).nomicBert,
  },
} as const satisfies Readonly<Record<string, Architecture>>

/**
 * @param json The parsed JSON of `config.json`.
 * @throws {BertEmbedError} `UNSUPPORTED_MODEL` for an architecture, or a variant of one, that the library does not have;
 * `INVALID_CONFIG` for values that cannot be, or contradict each other.
 */
export async function parseEncoder(json: unknown, { file = 'config.json' } = {}): Promise<Encoder> {
  const fields = configFields(json, file)
  const { prefixes, load } = architectures[readModelType(fields, architectures)]
  const parse = await load()
  return { ...parse(fields), prefixes }
}
