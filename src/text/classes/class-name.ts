/** The name of a tokenizer's class, as AutoTokenizer finds it. */

import { isJsonObject } from '../../checks/json.js'
import type { TokenizerConfig } from '../files/tokenizer-config.js'
import { bertModels } from './bert-class.js'

/** The models, the usual ones of BERT aside, whose tokenizers are of a class when the files name none. */
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

/** The class of a tokenizer.json that is as it stands. */
const plainClass = 'PreTrained'

/**
 * The name of the class that AutoTokenizer takes, without `Tokenizer` and `TokenizerFast`; `undefined` when no file tells.
 *
 * @param modelConfig config.json
 */
export function classNameOf(config: TokenizerConfig, modelConfig: unknown): string | undefined {
  const { model_type: type, tokenizer_class: ofModel } = isJsonObject(modelConfig) ? modelConfig : {}
  // Published ModernBERT checkpoints name classes that are not theirs.
  if (type === 'modernbert') return plainClass
  const name = config.tokenizerClass ?? ofModel
  if (typeof name === 'string') return name.replace(/Tokenizer(Fast)?$/, '')
  if (typeof type !== 'string') return undefined
  if (bertModels.includes(type)) return 'Bert'
  return Object.keys(modelsOfClass).find((name) => modelsOfClass[name]!.includes(type)) ?? plainClass
}
