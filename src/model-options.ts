/** How an application says which model it wants; the same in every build. */

import type { Backend } from './backends/backend.js'
import type { LoadOptions } from './loading/load-options.js'
import type { ModelCache } from './sources/cache/model-cache.js'
import type { RequestOptions } from './sources/http/http.js'
import type { ModelSource } from './sources/model-source.js'

/** The model loaded when none is named: the BERT of the paper, English, case kept, 768 values. */
export const defaultModel = 'google-bert/bert-base-cased'

export interface ModelOptions extends LoadOptions, RequestOptions {
  /**
   * A name on the Hugging Face Hub, an http(s) base URL (in a page also one that starts with `/`, `./` or `../`),
   * a source, or, in Node, a local directory.
   * A directory that exists wins over a name on the Hub.
   *
   * @default 'google-bert/bert-base-cased'
   */
  readonly model?: string | ModelSource | undefined
  /** A branch, tag or commit on the Hub. @default 'main' */
  readonly revision?: string | undefined
  /**
   * Access token for private and gated models of the Hub; `false` sends none.
   *
   * @default in Node the environment's HF_TOKEN, or else the one that `hf auth login` has stored
   */
  readonly token?: string | false | undefined
  /** The Hub or a mirror of it. @default in Node the environment's HF_ENDPOINT, else 'https://huggingface.co' */
  readonly endpoint?: string | undefined
  /** Node: where downloads are kept. @default the Hugging Face cache (HF_HUB_CACHE, HF_HOME, ~/.cache/huggingface/hub) */
  readonly cacheDir?: string | undefined
  /** Keeps downloads; `false` keeps none. @default `fileCache(cacheDir)` in Node, `browserCache()` elsewhere */
  readonly cache?: ModelCache | false | undefined
  /** Take the model from the cache and never ask the network. @default in Node the environment's HF_HUB_OFFLINE, else false */
  readonly offline?: boolean | undefined
  /** Runs the model. @default onnxruntime-node in Node, onnxruntime-web elsewhere */
  readonly backend?: Backend | undefined
}
