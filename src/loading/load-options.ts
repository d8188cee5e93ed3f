/** The options of loading a model, and their checks. */

import type { Backend, Device } from '../backends/backend.js'
import { checkThreads } from '../backends/backend-options.js'
import { checkOneOf } from '../checks/check-one-of.js'
import { checkBoolean, type OptionChecks, wrongKind } from '../checks/check-options.js'
import { checkWholeNumber } from '../checks/check-whole-number.js'
import { checkMethods, checkName } from '../checks/option-kinds.js'
import { type Dtype, dtypes } from '../model/dtypes.js'
import type { ModelSource, OpenOptions } from '../sources/model-source.js'
import { openOptions } from '../sources/source-options.js'
import { checkPooling, type Pooling } from '../tensor/pooling-modes.js'
import { checkTokenizer } from '../text/checked-tokenizer.js'
import type { Tokenizer } from '../text/tokenizer.js'

/** Options of loading a model from any source. */
export interface LoadOptions extends OpenOptions {
  /**
   * Number format of the weights. `fp32` uses the published weights. `fp16` and `q8` are converted from them when the
   * model is first loaded, and cached with the downloads. `q8` has 8 bits: a quarter of the memory, and faster, with a
   * mean cosine to fp32 of 0.999 (trained models, docs/accuracy.md). `fp16` halves the cached file; on a CPU, memory
   * and speed are those of fp32. `q4` selects an ONNX file of the model's repository, see `onnx`: safetensors are not
   * converted to it. A packed model has one dtype, and no other is possible.
   *
   * @default 'fp32', or the dtype of a packed model
   */
  readonly dtype?: Dtype | undefined
  /** The device to run on. @default 'cpu' in Node, 'wasm' on the web */
  readonly device?: Device | undefined
  /**
   * Number of threads per run.
   *
   * @default one per core with onnxruntime-node. On the engine, all cores of a machine with up to 4, half of the cores of
   *   a larger one, at most 8; 1 in a page without cross-origin isolation
   */
  readonly threads?: number | undefined
  /**
   * Number of copies of the model that compute batches in parallel, each with `threads` threads (1 by default if there
   * are several copies). For many texts, one copy per core is faster than one copy on all cores, but takes the memory
   * of all copies. A single short text runs on one copy only.
   *
   * @default 1
   */
  readonly sessions?: number | undefined
  /**
   * Maximum number of tokens per batch, padding included.
   *
   * @default the backend's fastest size: 512 on Node's CPU, 256 with one thread and on WebAssembly, else 1024
   */
  readonly maxBatchTokens?: number | undefined
  /**
   * Whether to run an ONNX graph of the model's repository: `true` for the file of the `dtype` (`onnx/model.onnx`,
   * `onnx/model_quantized.onnx`, ...) or, without a `dtype`, the first file found; a path for that file; `false` for
   * none. A graph's `sentence_embedding` output is final: the model's pooling and normalisation are not applied to it.
   *
   * @default only if the repository has no safetensors
   */
  readonly onnx?: boolean | string | undefined
  /**
   * A tokenizer to use instead of the model's, whose files are not read then; for kinds that the library does not
   * support.
   *
   * @default the model's tokenizer.json or vocab.txt
   */
  readonly tokenizer?: Tokenizer | undefined
  /** How the vectors of a text's tokens become one. @default as in the model's files, or else 'mean' */
  readonly pooling?: Pooling | undefined
  /** Whether to scale vectors to length 1. @default as in the model's files, or else false */
  readonly normalize?: boolean | undefined
  /** Maximum number of tokens of a text, [CLS] and [SEP] included. @default as in the model's files */
  readonly maxLength?: number | undefined
}

/** An upper bound that no machine's number of cores reaches. */
const maxSessions = 1024

export const loadOptions: OptionChecks<LoadOptions> = {
  ...openOptions,
  dtype: (option, value) => checkOneOf(option, value, dtypes),
  device: checkName,
  threads: (_, value) => checkThreads(value),
  sessions: (option, value) => checkWholeNumber(option, value, { max: maxSessions }),
  maxBatchTokens: (option, value) => checkWholeNumber(option, value),
  onnx(option, value) {
    if (typeof value !== 'boolean' && (typeof value !== 'string' || value === ''))
      throw wrongKind(option, value, 'true, false or a path')
  },
  tokenizer: checkTokenizer,
  pooling: checkPooling,
  normalize: checkBoolean,
  maxLength: (option, value) => checkWholeNumber(option, value),
}

/** @throws {ArgumentTypeError} `INVALID_OPTION` */
export function checkSource(option: string, value: unknown): asserts value is ModelSource {
  checkMethods(option, value, ['open'])
}

/** @throws {ArgumentTypeError} `INVALID_OPTION` */
export function checkBackend(option: string, value: unknown): asserts value is Backend {
  checkMethods(option, value, ['createSession'])
}
