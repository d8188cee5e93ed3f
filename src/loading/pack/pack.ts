/**
 * Start here: what a pack is, and how its description is read.
 *
 * A pack is a folder with a model whose weights are already converted. The field `bert_embed` of its config.json names
 * the files. Their names contain the beginning of their hash, so that a server may cache them forever, and a config
 * never meets other weights than its own. `packing/` writes packs.
 */

import { type JsonFields, jsonFields } from '../../checks/json-fields.js'
import { ArgumentRangeError, BertEmbedError, describe } from '../../errors.js'
import { type ConvertedDtype, convertedFileVersion } from '../../model/conversion/read-converted-file.js'
import type { Dtype } from '../../model/dtypes.js'

/** Version of the field `bert_embed`. */
export const packVersion = 1

/** Length of a piece. A page holds one piece in memory; 100 MB of weights have 25 hashes in config.json. */
export const pieceBytes = 4 * 1024 * 1024

/** The dtypes that a model can be packed with. fp32 is what is published. */
export const packDtypes = ['q8', 'fp16'] as const
export type PackDtype = (typeof packDtypes)[number]

/** What a pack can be made for, and the form of q8 weights that it takes. fp16 has the same form everywhere. */
export const q8Forms = {
  /** The engine: pages, Cloudflare Workers, and runtimes without onnxruntime-node. */
  page: 'q8-rows',
  /** ONNX Runtime. */
  node: 'q8',
  /** ONNX Runtime on WebGPU. */
  webgpu: 'q8-blocks',
} as const satisfies Readonly<Record<string, ConvertedDtype>>
export type PackTarget = keyof typeof q8Forms

export const packTargets = Object.keys(q8Forms) as readonly PackTarget[]

/** The parsed field. */
export interface Pack {
  /** Name of the model that was packed. */
  readonly model: string
  readonly dtype: PackDtype
  /** The weight files in each form: one, or one for each shard. */
  readonly weights: ReadonlyMap<string, readonly PackedFile[]>
}

/** A file of weights, and what it has to be. */
export interface PackedFile {
  /** The path in the folder of config.json. */
  readonly path: string
  readonly byteLength: number
  /** SHA-256 in hexadecimal of each piece of {@link pieceBytes}. The last one may be shorter. */
  readonly pieces: readonly string[]
}

/** The options that have to fit a pack. */
export interface PackOptions {
  readonly dtype?: Dtype | undefined
  readonly onnx?: boolean | string | undefined
}

/**
 * Parses the field `bert_embed` of config.json.
 *
 * @param name The source's name in error messages.
 * @throws {BertEmbedError} `UNSUPPORTED_MODEL` for another version, `INVALID_CONFIG` for an invalid description.
 */
export function parsePack(json: unknown, name: string): Pack {
  const fields = jsonFields(json, { file: 'config.json: bert_embed', code: 'INVALID_CONFIG' })
  checkVersion(name, required(fields, 'version'), packVersion)
  checkVersion(name, required(fields, 'weights_version'), convertedFileVersion)
  const lists = jsonFields(fields.get('weights'), {
    file: 'config.json: bert_embed.weights',
    code: 'INVALID_CONFIG',
  })
  return {
    model: fields.string('model', ''),
    dtype: fields.oneOf('dtype', packDtypes[0], packDtypes),
    weights: new Map(Object.keys(lists.json).map((form) => [form, parseFiles(lists.get(form), form)])),
  }
}

/** @throws {ArgumentRangeError} `INVALID_OPTION` for a dtype that the pack does not have, and for an ONNX file. */
export function checkPackOptions(pack: Pack, { dtype, onnx = false }: PackOptions, name: string): void {
  const refuse = (option: string, value: unknown, advice: string): never => {
    throw new ArgumentRangeError(
      'INVALID_OPTION',
      `${option} is ${describe(value)}, but ${name} is a pack, which has only its ${pack.dtype} weights: ${advice}.`,
    )
  }
  const original = `load the model it was made from${pack.model && `, ${pack.model}`}`
  if (dtype !== undefined && dtype !== pack.dtype) refuse('dtype', dtype, `leave dtype out, or ${original}`)
  if (onnx !== false) refuse('onnx', onnx, `leave onnx out, or ${original}`)
}

/** The command that makes a pack, for error messages. */
export function packCommand({ model, dtype }: Pack, targets: readonly PackTarget[]): string {
  return `npx bert-embed pack ${model || 'MODEL'} --dtype ${dtype} --for ${targets.join()} --out DIRECTORY`
}

function checkVersion(name: string, version: number, supported: number): void {
  if (version === supported) return
  throw new BertEmbedError(
    'UNSUPPORTED_MODEL',
    version > supported
      ? `${name} was packed by a newer version of bert-embed (format ${version}; this version reads ${supported}): update bert-embed, or pack the model again with this version.`
      : `${name} was packed by an older version of bert-embed (format ${version}; this version reads ${supported}): pack the model again.`,
  )
}

function required(fields: JsonFields, name: string): number {
  const value = fields.integer(name, undefined, {})
  if (value !== undefined) return value
  throw new BertEmbedError('INVALID_CONFIG', `${fields.file}: ${name} is missing.`)
}

function parseFiles(json: unknown, form: string): readonly PackedFile[] {
  const invalid = () =>
    new BertEmbedError(
      'INVALID_CONFIG',
      `config.json: bert_embed.weights: ${form} is not a list of files with file, bytes and piece_sha256.`,
    )
  if (!Array.isArray(json) || json.length === 0) throw invalid()
  return json.map((entry: Readonly<Record<string, unknown>> | null) => {
    const { file: path, bytes: byteLength, piece_sha256: pieces } = entry ?? {}
    const isValid =
      typeof path === 'string' &&
      Number.isSafeInteger(byteLength) &&
      Array.isArray(pieces) &&
      pieces.length === Math.ceil((byteLength as number) / pieceBytes) &&
      pieces.every((hash) => typeof hash === 'string')
    if (!isValid) throw invalid()
    return { path, byteLength: byteLength as number, pieces }
  })
}
