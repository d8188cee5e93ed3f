/** Finds the name of a tokenizer's class, as AutoTokenizer of transformers does. */

import { isJsonObject } from '../../checks/json.js'
import type { TokenizerConfig } from '../files/tokenizer-config.js'
import { bertModels } from './bert-class.js'

/**
 * Values of `model_type` by the class of their tokenizers, for files that name no class. `bertModels` has more of
 * `Bert`.
 */
const modelsOfClass: Readonly<Record<string, readonly string[]>> = {
  Bert: [
    'convbert',
    'layoutlm',
    'megatron-bert',
    'mobilebert',
    'nezha',
    'qdqbert',
    'squeezebert',
    'visual_bert',
  ],
  Roberta: [
    'roberta',
    'data2vec-text',
    'bart',
    'ibert',
    'lilt',
    'longformer',
    'mega',
    'mra',
    'roberta-prelayernorm',
  ],
  XLMRoberta: ['xlm-roberta', 'gte', 'jina_embeddings_v3', 'xmod'],
  Camembert: ['camembert'],
  MPNet: ['mpnet'],
  Albert: ['albert', 'yoso'],
}

/** The class that uses tokenizer.json without changes. */
const plainClass = 'PreTrained'

/**
 * Returns the class's name without `Tokenizer` and `TokenizerFast`; `undefined` when no file shows the class.
 *
 * @param modelConfig The model's config.json.
 */
export function classNameOf(config: TokenizerConfig, modelConfig: unknown): string | undefined {
  const { model_type: type, tokenizer_class: ofModel } = isJsonObject(modelConfig) ? modelConfig : {}
  // Published ModernBERT checkpoints name wrong classes.
  if (type === 'modernbert') return plainClass
  const name = config.tokenizerClass ?? ofModel
  if (typeof name === 'string') return name.replace(/Tokenizer(Fast)?$/, '')
  if (typeof type !== 'string') return undefined
  if (bertModels.includes(type)) return 'Bert'
  return Object.keys(modelsOfClass).find((name) => modelsOfClass[name]!.includes(type)) ?? plainClass
}
