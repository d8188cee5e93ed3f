/**
 * Start here: the registry of architectures, and the way from `config.json` to an encoder. Each file of this folder that a row
 * names builds one architecture's graph, `bert.ts` first; the others hold what several of them share.
 */

import { type ConfigFields, configFields } from '../config/config-fields.js'
import { readModelType } from '../config/model-type.js'
import type { ArchitectureEncoder, Encoder } from '../encoder.js'
import { createEncoder } from './bert.js'

/** A row of the registry. */
interface Architecture {
  /** The start of the names of its classes in transformers. */
  readonly className: string
  /** What stands before its tensors' names in a model with a head. @default its `model_type` and a dot */
  readonly prefix?: string
  /** A literal `import()` of its file: a page loads an architecture only when a model needs it. BERT is always there. */
  load(): Promise<ArchitectureFile>
}

/** What the file of an architecture exports. */
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
 * @param json The parsed JSON of `config.json`.
 * @throws {BertEmbedError} `UNSUPPORTED_MODEL` for an architecture, or a variant of one, that the library does not have;
 * `INVALID_CONFIG` for values that cannot be, or contradict each other.
 */
export async function parseEncoder(json: unknown, { file = 'config.json' } = {}): Promise<Encoder> {
  const fields = configFields(json, file)
  const modelType = readModelType(fields, architectures)
  const { prefix = `${modelType}.`, load }: Architecture = architectures[modelType]
  const architecture = await load()
  return { ...architecture.createEncoder(fields, modelType), prefix }
}
