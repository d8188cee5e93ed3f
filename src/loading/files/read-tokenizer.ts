/** Reads a model's tokenizer from its tokenizer.json or, in older models, from its vocabulary. */

import { runStepsAsync } from '../../async/steps.js'
import { isJsonObject } from '../../checks/json.js'
import { type ModelSource, type OpenOptions, readJson } from '../../sources/model-source.js'
import { loadTokenizer } from '../../text/load-tokenizer.js'
import type { Tokenizer } from '../../text/tokenizer.js'

export interface TokenizerOptions extends OpenOptions {
  /** The parsed JSON of config.json. */
  readonly config: unknown
  /** Number of rows of the model's table of word embeddings. */
  readonly tableSize: number
  /** Whether texts are lowercased first, as the files of sentence-transformers may say. */
  readonly lowercase: boolean
  /** A tokenizer to use instead of the model's. */
  readonly tokenizer?: Tokenizer | undefined
}

/**
 * @throws {BertEmbedError} `FILE_NOT_FOUND` without a vocabulary, `UNSUPPORTED_MODEL` for an unsupported one,
 *   `INVALID_TOKENIZER` for an invalid one.
 */
export async function readTokenizer(
  source: ModelSource,
  { config, tableSize, lowercase, tokenizer, ...options }: TokenizerOptions,
): Promise<Tokenizer> {
  if (tokenizer) {
    // Imported on demand: most callers use the model's tokenizer.
    const { checkedTokenizer } = await import('../../text/checked-tokenizer.js')
    return checkedTokenizer(tokenizer, { lowercase, config })
  }
  const read = (path: string) => readJson(source, path, options, parseJson)
  const [tokenizerConfig, tokenizerJson] = await Promise.all([
    read('tokenizer_config.json'),
    read('tokenizer.json'),
  ])
  // Newer files have all added tokens in tokenizer_config.json.
  const hasAllTokens = isJsonObject(tokenizerConfig) && 'added_tokens_decoder' in tokenizerConfig
  const [specialTokensMap, addedTokens] = hasAllTokens
    ? []
    : await Promise.all([read('special_tokens_map.json'), read('added_tokens.json')])
  const files = { tokenizerConfig, specialTokensMap, addedTokens, config, tableSize, lowercase }
  if (tokenizerJson !== undefined) return loadTokenizer({ tokenizerJson, ...files })
  // Imported on demand: nearly all models have a tokenizer.json.
  const { readVocabulary } = await import('./read-vocabulary.js')
  return loadTokenizer({ ...(await readVocabulary(source, files, options)), ...files })
}

/** Number of characters from which JSON is parsed in steps that yield to the event loop. */
const largeJson = 1024 * 1024

async function parseJson(text: string): Promise<unknown> {
  if (text.length <= largeJson) return JSON.parse(text)
  // Imported on demand: BERT's own tokenizers are smaller.
  const { parseLargeJson } = await import('../../text/files/parse-large-json.js')
  return runStepsAsync(parseLargeJson(text))
}
