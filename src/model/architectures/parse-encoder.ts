/**
 * Start here: the registry of architectures, and the way from `config.json` to an encoder.
 *
 * Each file that a row of the registry names describes one architecture; `bert.ts` is the one to read first.
 * The other files of this folder hold parts that several architectures share.
 */

import { type ConfigFields, configFields } from '../config/config-fields.js'
import { readModelType } from '../config/model-type.js'
import type { ArchitectureEncoder, Encoder } from '../encoder.js'
import { createEncoder } from './bert.js'

/** A row of the registry. */
interface Architecture {
  /** The start of the names of its classes in transformers. */
  readonly className: string
  /** Prefix of its tensors' names in a model with a head. @default its `model_type` and a dot */
  readonly prefix?: string
  /**
   * A literal `import()` of its file, so that a page loads an architecture only when a model needs it. BERT is always
   * loaded.
   */
  load(): Promise<ArchitectureFile>
}

/** The export that every architecture's file has. */
interface ArchitectureFile {
  createEncoder(fields: ConfigFields, modelType: string): ArchitectureEncoder
}

const roberta = () => import('./roberta.js')

/** The registry, by `model_type`. docs/architectures.md says how to add a row. */
const architectures = {
  bert: { className: 'Bert', load: async () => ({ createEncoder }) },
  roberta: { className: 'Roberta', load: roberta },
  'xlm-roberta': { className: 'XLMRoberta', prefix: 'roberta.', load: roberta },
  camembert: { className: 'Camembert', prefix: 'roberta.', load: roberta },
  'data2vec-text': { className: 'Data2VecText', prefix: 'data2vec_text.', load: roberta },
  distilbert: { className: 'DistilBert', load: () => import('./distilbert.js') },
  mpnet: { className: 'MPNet', load: () => import('./mpnet.js') },
  electra: { className: 'Electra', load: () => import('./electra.js') },
  albert: { className: 'Albert', load: () => import('./albert.js') },
  ernie: { className: 'Ernie', load: () => import('./ernie.js') },
  modernbert: { className: 'ModernBert', prefix: 'model.', load: () => import('./modernbert.js') },
  nomic_bert: { className: 'NomicBert', load: () => import('./nomic-bert.js') },
} satisfies Readonly<Record<string, Architecture>>

/**
 * Parses `config.json`.
 *
 * @param json The parsed JSON of `config.json`.
 * @throws {BertEmbedError} `UNSUPPORTED_MODEL` for an unknown architecture or an unsupported variant of a known one;
 * `INVALID_CONFIG` for values that are impossible or contradict each other.
 */
export async function parseEncoder(json: unknown, { file = 'config.json' } = {}): Promise<Encoder> {
  const fields = configFields(json, file)
  const modelType = readModelType(fields, architectures)
  const { prefix = `${modelType}.`, load }: Architecture = architectures[modelType]
  const architecture = await load()
  return { ...architecture.createEncoder(fields, modelType), prefix }
}
