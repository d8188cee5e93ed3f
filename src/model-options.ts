/** The options of `createEmbedder`, the same in every build. */

import type { Backend } from './backends/backend.js'
import type { LoadOptions } from './loading/load-options.js'
import type { ModelCache } from './sources/cache/model-cache.js'
import type { RequestOptions } from './sources/http/http.js'
import type { ModelSource } from './sources/model-source.js'

/** The default model: the English, case-sensitive BERT base model of the paper, with vectors of 768 values. */
export const defaultModel = 'google-bert/bert-base-cased'

/** Which model to load, from where, and how to run it. */
export interface ModelOptions extends LoadOptions, RequestOptions {
  /**
   * The model: a name on the Hugging Face Hub, an http(s) base URL, a {@link ModelSource}, or, in Node, a local
   * directory. In a page the URL may be relative: it starts with `/`, `./` or `../`. In Node a directory that exists
   * takes precedence over a name on the Hub.
   *
   * @default 'google-bert/bert-base-cased'
   */
  readonly model?: string | ModelSource | undefined
  /** Branch, tag or commit on the Hub. @default 'main' */
  readonly revision?: string | undefined
  /**
   * Access token for private and gated models of the Hub. `false` sends no token.
   *
   * @default in Node the environment variable HF_TOKEN, else the token that `hf auth login` has stored
   */
  readonly token?: string | false | undefined
  /**
   * URL of the Hub or of a mirror.
   *
   * @default in Node the environment variable HF_ENDPOINT, else 'https://huggingface.co'
   */
  readonly endpoint?: string | undefined
  /**
   * Node: the directory for downloads.
   *
   * @default the Hugging Face cache (HF_HUB_CACHE, HF_HOME, ~/.cache/huggingface/hub)
   */
  readonly cacheDir?: string | undefined
  /**
   * The cache for downloads and converted weights. `false` turns it off.
   *
   * @default `fileCache(cacheDir)` in Node, `browserCache()` elsewhere
   */
  readonly cache?: ModelCache | false | undefined
  /**
   * Load the model from the cache, without network requests.
   *
   * @default in Node the environment variable HF_HUB_OFFLINE, else false
   */
  readonly offline?: boolean | undefined
  /**
   * The backend that runs the model.
   *
   * @default onnxruntime-node in Node if it is installed, else the engine; onnxruntime-web for ONNX files and WebGPU
   */
  readonly backend?: Backend | undefined
}
