/** What can be chosen of a model when it is loaded. */

import type { Backend, Device } from '../backends/backend.js'
import { checkThreads } from '../backends/backend-options.js'
import { checkOneOf } from '../checks/check-one-of.js'
import { checkBoolean, type OptionChecks, wrongKind } from '../checks/check-options.js'
import { checkWholeNumber } from '../checks/check-whole-number.js'
import { checkMethods, checkName } from '../checks/option-kinds.js'
import type { ModelSource, OpenOptions } from '../sources/model-source.js'
import { openOptions } from '../sources/source-options.js'
import { checkPooling, type Pooling } from '../tensor/pooling-modes.js'
import { checkTokenizer } from '../text/checked-tokenizer.js'
import type { Tokenizer } from '../text/tokenizer.js'

/** The numbers that weights can be kept in; `q4` only by an ONNX file of the repository. */
const dtypes = ['fp32', 'fp16', 'q8', 'q4'] as const
export type Dtype = (typeof dtypes)[number]

/** What can be chosen of a model, wherever it comes from. */
export interface LoadOptions extends OpenOptions {
  /**
   * The numbers the weights are kept in: as they were published (`fp32`), or made from those when the model is first
   * loaded, and kept where downloads are. `q8` has 8 bits: a quarter of the memory, faster; cosine to fp32 0.999 in the
   * mean (trained models, docs/accuracy.md). `fp16` halves what is kept, nothing else. `q4` only names an ONNX file that
   * the model ships, see `onnx`: safetensors are not converted to it.
   *
   * @default 'fp32'
   */
  readonly dtype?: Dtype | undefined
  /** Where it runs. @default 'cpu' in Node, 'wasm' on the web */
  readonly device?: Device | undefined
  /** Threads of one run. @default the runtime's own choice: in Node a thread for each core, on the web half of that and at most 4, or 1 without cross-origin isolation */
  readonly threads?: number | undefined
  /**
   * Copies of the model that compute batches side by side, each with `threads` threads, or one where these are not given.
   * For many texts a copy for each core is faster than one copy on all cores, for the memory of the copies; one short text
   * by itself has a single copy's threads.
   *
   * @default 1
   */
  readonly sessions?: number | undefined
  /**
   * The most tokens, padding included, that go through the model at once.
   *
   * @default what the backend computes fastest: 512 on Node's CPU, 256 with one thread and on WebAssembly; else 1024
   */
  readonly maxBatchTokens?: number | undefined
  /**
   * Run the graph that the model's repository ships: `true` for the file that `dtype` names (`onnx/model.onnx`,
   * `onnx/model_quantized.onnx`, ...), without a `dtype` the first there is; or the path of one. Its own
   * `sentence_embedding` is final. `false` never does.
   *
   * @default only where there are no safetensors
   */
  readonly onnx?: boolean | string | undefined
  /**
   * Makes the tokens of texts, in the place of the model's own tokenizer, whose files are not read then: for kinds that the
   * library does not have.
   *
   * @default the model's tokenizer.json or vocab.txt
   */
  readonly tokenizer?: Tokenizer | undefined
  /** How token vectors become one. @default what the model's files say, or else 'mean' */
  readonly pooling?: Pooling | undefined
  /** Scale vectors to length 1. @default what the model's files say, or else false */
  readonly normalize?: boolean | undefined
  /** The most tokens of a text, [CLS] and [SEP] included. @default what the model's files say */
  readonly maxLength?: number | undefined
}

/** More than any machine has cores. */
const maxSessions = 1024

export const loadOptions: OptionChecks<LoadOptions> = {
  ...openOptions,
  dtype: (option, value) => checkOneOf(option, value, dtypes),
  device: checkName,
  threads: (_, value) => checkThreads(value),
  sessions: (option, value) => checkWholeNumber(option, value, { most: maxSessions }),
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
