/** `packModel`: writes a model with converted weights into a folder that a server or an application ships. */

import { resolve } from 'node:path'
import { checkOneOf } from './checks/check-one-of.js'
import {
  checkBoolean,
  checkFunction,
  checkOptions,
  type OptionChecks,
  wrongKind,
} from './checks/check-options.js'
import { checkName } from './checks/option-kinds.js'
import { ArgumentRangeError, describe } from './errors.js'
import { checkSource } from './loading/load-options.js'
import { type PackDtype, type PackTarget, packDtypes, packTargets } from './loading/pack/pack.js'
import type { ModelOptions } from './model-options.js'
import { modelSourceOf } from './model-source-of.node.js'
import type { PackProgress, WrittenPack } from './packing/pack-options.js'
import { writePack } from './packing/write-pack.node.js'
import type { RequestOptions } from './sources/http/http.js'
import type { DownloadProgress } from './sources/model-source.js'
import { hubOptions, openOptions } from './sources/source-options.js'

/** Which model to pack, from where, and how. */
export interface PackModelOptions
  extends RequestOptions,
    Pick<ModelOptions, 'revision' | 'token' | 'endpoint' | 'cacheDir' | 'cache' | 'offline' | 'signal'> {
  /** The model, as {@link createEmbedder} takes it. */
  readonly model: NonNullable<ModelOptions['model']>
  /** The folder to write. Its parent folders are created. */
  readonly out: string
  /** Number format of the weights. @default 'q8' */
  readonly dtype?: PackDtype | undefined
  /**
   * What will load the pack: `page` is the engine, which runs in pages, in Cloudflare Workers and in Node without
   * onnxruntime-node. `node` is ONNX Runtime, and `webgpu` is ONNX Runtime on WebGPU. Each has its own file of q8
   * weights, of which a page downloads only one. fp16 weights are the same for all.
   *
   * @default ['page', 'node']
   */
  readonly targets?: readonly PackTarget[] | undefined
  /**
   * Whether to write into a folder that has other files, or a pack of another model. Without it, only a pack of the same
   * model is replaced.
   *
   * @default false
   */
  readonly force?: boolean | undefined
  /** Called while the model is downloaded, and while weights are written. */
  readonly onProgress?: ((progress: DownloadProgress | PackProgress) => void) | undefined
}

const packModelOptions: OptionChecks<PackModelOptions> = {
  ...hubOptions,
  ...openOptions,
  model: (option, value) => (typeof value === 'string' ? checkName : checkSource)(option, value),
  cacheDir: checkName,
  onProgress: checkFunction,
  out: checkName,
  dtype: (option, value) => checkOneOf(option, value, packDtypes),
  targets(option, value: unknown) {
    if (!Array.isArray(value) || value.length === 0) throw wrongKind(option, value, 'a list of targets')
    for (const target of value) checkOneOf(`a member of ${option}`, target, packTargets)
  },
  force: checkBoolean,
}

/**
 * Writes a model with converted weights, and everything else that loading it needs, into a folder: a pack.
 * `createEmbedder` takes the folder, or its URL, as `model`. The weights are those that `createEmbedder` would convert,
 * bit by bit.
 *
 * The folder appears when it is complete. A pack of the same model is replaced.
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION`
 * @throws {BertEmbedError} `WRITE_FAILED`, and the errors of `createEmbedder`.
 * @example
 * await packModel({ model: 'sentence-transformers/all-MiniLM-L6-v2', out: 'public/models/mini-q8' })
 */
export async function packModel(options: PackModelOptions): Promise<WrittenPack> {
  checkOptions('packModel', options, packModelOptions)
  for (const name of ['model', 'out'] as const)
    if (options[name] === undefined) throw wrongKind(name, undefined, 'a name: packModel needs it')
  const { model, out } = options
  if (typeof model === 'string' && resolve(model) === resolve(out))
    throw new ArgumentRangeError(
      'INVALID_OPTION',
      `out is ${describe(out)}, the model itself: choose another folder.`,
    )
  const { dtype = 'q8', targets = ['page', 'node'], force = false } = options
  return writePack(modelSourceOf(options), { ...options, dtype, targets, force })
}
