/** From a model's files to an embedder: (source, backend, options) -> Embedder. */

import type { Backend, Device } from '../backends/backend.js'
import { checkOneOf } from '../check-one-of.js'
import { checkWholeNumber } from '../check-whole-number.js'
import { assembleEmbedder } from '../embedder/assemble-embedder.js'
import type { Embedder } from '../embedder/embedder.js'
import { checkNormalize } from '../embedder/embedder-settings.js'
import { ArgumentTypeError, describe } from '../errors.js'
import type { ModelSource, OpenOptions } from '../sources/model-source.js'
import { type Pooling, toPoolingModes } from '../tensor/pooling-modes.js'
import { createSession } from './create-session.js'
import { loadModel } from './load-model.js'
import { type Dtype, dtypes } from './load-weights-as.js'
import { readModelFiles } from './read-model-files.js'

/** What can be chosen of a model, wherever it comes from. */
export interface LoadOptions extends OpenOptions {
  /**
   * The numbers the weights are kept in: as they were published (`fp32`), or made from those when the model is first
   * loaded, and kept where downloads are. `q8` has 8 bits: a quarter of the memory, faster, cosine to fp32 above 0.999.
   * `q4` is the smallest, about a sixth, and the least exact: 0.98 and more. `fp16` halves what is kept, nothing else.
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
   * `onnx/model_quantized.onnx`, ...), or the path of one. Its own `sentence_embedding` is final. `false` never does.
   *
   * @default only where there are no safetensors
   */
  readonly onnx?: boolean | string | undefined
  /** How token vectors become one. @default what the model's files say, or else 'mean' */
  readonly pooling?: Pooling | undefined
  /** Scale vectors to length 1. @default what the model's files say, or else false */
  readonly normalize?: boolean | undefined
  /** The most tokens of a text, [CLS] and [SEP] included. @default what the model's files say */
  readonly maxLength?: number | undefined
}

/**
 * Loads a model of any source on any backend.
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION`
 * @throws {BertEmbedError} for files that are missing, broken, or of a model that is not supported, and what source
 * and backend throw; see {@link ErrorCode}.
 * @example
 * const embedder = await loadEmbedder(memorySource(files), nodeBackend())
 */
export async function loadEmbedder(
  source: ModelSource,
  backend: Backend,
  options: LoadOptions = {},
): Promise<Embedder> {
  checkPort(source, 'open', 'model')
  checkPort(backend, 'createSession', 'backend')
  checkOptions(options)
  const { signal } = options
  signal?.throwIfAborted()
  const files = await readModelFiles(source, options)
  const { tokenizer } = files
  const { model, createEncoderSession, settings } = await loadModel(source, files, { backend, options })
  await source.settle?.()
  signal?.throwIfAborted()
  const session = await createSession(backend, model, options)
  if (signal?.aborted) await session.dispose()
  signal?.throwIfAborted()
  return assembleEmbedder({
    model: source.name,
    session: createEncoderSession(session),
    tokenizer,
    settings,
  })
}

/** More than any machine has cores. */
const maxSessions = 1024

/** Everything about options that can be told before a file is opened. */
function checkOptions(options: LoadOptions): void {
  const { dtype = 'fp32', maxBatchTokens = 1, sessions = 1, onnx, pooling, normalize } = options
  checkOneOf('dtype', dtype, dtypes)
  if (onnx !== undefined && typeof onnx !== 'boolean' && (typeof onnx !== 'string' || onnx === ''))
    throw new ArgumentTypeError('INVALID_OPTION', `onnx is ${describe(onnx)}, not true, false or a path.`)
  checkWholeNumber('maxBatchTokens', maxBatchTokens, Number.MAX_SAFE_INTEGER)
  checkWholeNumber('sessions', sessions, maxSessions)
  if (pooling !== undefined) toPoolingModes(pooling)
  checkNormalize(normalize)
}

/** Sources and backends may be the caller's own. */
function checkPort(port: ModelSource | Backend, method: string, option: string): void {
  if (typeof (port as unknown as Record<string, unknown> | null)?.[method] !== 'function')
    throw new ArgumentTypeError(
      'INVALID_OPTION',
      `${option} is ${describe(port)}, which has no method ${method}.`,
    )
}
