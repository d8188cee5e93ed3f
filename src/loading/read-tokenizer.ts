/** Reads a model's tokenizer, in whichever files it comes. */

import { runStepsAsync } from '../async/steps.js'
import { isJsonObject } from '../checks/json.js'
import { type ModelSource, type OpenOptions, readJson } from '../sources/model-source.js'
import { loadTokenizer } from '../text/load-tokenizer.js'
import type { Tokenizer } from '../text/tokenizer.js'

export interface TokenizerOptions extends OpenOptions {
  /** The parsed JSON of config.json. */
  readonly config: unknown
  /** How many rows the model's table of words has. */
  readonly tableSize: number
  /** Whether texts are written in lower case first, as sentence-transformers' own files may say. */
  readonly lowercase: boolean
  /** The caller's, in the place of the model's own. */
  readonly tokenizer?: Tokenizer | undefined
}

/**
 * @throws {BertEmbedError} `FILE_NOT_FOUND` without a vocabulary, `UNSUPPORTED_MODEL` for one that is not read,
 *   `INVALID_TOKENIZER` for what is none.
 */
export async function readTokenizer(
  source: ModelSource,
  { config, tableSize, lowercase, tokenizer, ...options }: TokenizerOptions,
): Promise<Tokenizer> {
  if (tokenizer) {
    // Loaded when it is needed: most models have their own.
    const { checkedTokenizer } = await import('../text/checked-tokenizer.js')
    return checkedTokenizer(tokenizer, { lowercase, config })
  }
  const read = (path: string) => readJson(source, path, options, parseJson)
  const [tokenizerConfig, tokenizerJson] = await Promise.all([
    read('tokenizer_config.json'),
    read('tokenizer.json'),
  ])
  // Newer files have all tokens in one place.
  const hasAllTokens = isJsonObject(tokenizerConfig) && 'added_tokens_decoder' in tokenizerConfig
  const [specialTokensMap, addedTokens] = hasAllTokens
    ? []
    : await Promise.all([read('special_tokens_map.json'), read('added_tokens.json')])
  const files = { tokenizerConfig, specialTokensMap, addedTokens, config, tableSize, lowercase }
  if (tokenizerJson !== undefined) return loadTokenizer({ tokenizerJson, ...files })
  // Loaded when it is needed: nearly all models have a tokenizer.json.
  const { readVocabulary } = await import('./read-vocabulary.js')
  return loadTokenizer({ ...(await readVocabulary(source, files, options)), ...files })
}

/** Characters of JSON that take long enough to parse to have the event loop turn meanwhile. */
const largeJson = 1024 * 1024

async function parseJson(text: string): Promise<unknown> {
  if (text.length <= largeJson) return JSON.parse(text)
  // Loaded when it is needed: BERT's own tokenizers are smaller.
  const { parseLargeJson } = await import('../text/files/parse-large-json.js')
  return runStepsAsync(parseLargeJson(text))
}
