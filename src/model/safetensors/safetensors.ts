/**
 * Reads the header of a safetensors file: which tensors it contains, and where. The file may be hostile, so everything
 * is checked. The tensors themselves are never read here.
 *
 * Format: the header's length as a little-endian u64, the header as JSON, then the tensors' bytes without gaps
 * (https://huggingface.co/docs/safetensors).
 */

import { explainWrongFile } from '../../checks/explain-wrong-file.js'
import { isJsonObject } from '../../checks/json.js'
import { BertEmbedError, describe } from '../../errors.js'
import { isDeeperThan } from './json-depth.js'

/** Bits per value of every dtype in the format. Some are smaller than a byte. */
const dtypeBits = {
  F64: 64,
  F32: 32,
  F16: 16,
  BF16: 16,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  F6_E2M3: 6,
  F6_E3M2: 6,
  F4: 4,
  C64: 64,
  I64: 64,
  I32: 32,
  I16: 16,
  I8: 8,
  U64: 64,
  U32: 32,
  U16: 16,
  U8: 8,
  BOOL: 8,
} as const

export type SafetensorsDtype = keyof typeof dtypeBits

/** One tensor of a file, and where its bytes are. */
export interface SafetensorsTensor {
  readonly name: string
  readonly dtype: SafetensorsDtype
  readonly shape: readonly number[]
  /** Offset from the start of the file. */
  readonly byteOffset: number
  readonly byteLength: number
}

export interface SafetensorsHeader {
  /** Tensors by name, in the order of their bytes in the file. */
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>
  readonly metadata: Readonly<Record<string, string>>
}

/** Name of the file for messages, and its length. */
export interface SafetensorsFileInfo {
  readonly file: string
  readonly fileByteLength: number
}

/** The part of a file's interface that reading a header needs. */
export interface SafetensorsFile {
  readonly path: string
  readonly byteLength: number
  /** Reads the bytes from `start` up to, but not including, `end`. */
  read(start: number, end: number): Promise<Uint8Array>
}

/** Number of bytes before the header: its length, as a u64. */
export const safetensorsPrefixBytes = 8

/**
 * Maximum length of a header. Published ones are below 1 MB. The format allows 100 MB, but parsing hostile JSON of that
 * size takes gigabytes of memory and many seconds.
 */
const maxHeaderBytes = 25_000_000

/** Maximum nesting, the same as in the format's own reader: nested lists take 60 times their JSON's size in memory. */
const maxHeaderDepth = 128

/**
 * Reads and checks a file's header, and nothing else of the file.
 *
 * @throws {BertEmbedError} `INVALID_SAFETENSORS` when it is not a safetensors file, was cut short, or contradicts
 * itself.
 */
export async function readSafetensorsHeader(file: SafetensorsFile): Promise<SafetensorsHeader> {
  const info = { file: file.path, fileByteLength: file.byteLength }
  const prefix = await file.read(0, Math.min(safetensorsPrefixBytes, file.byteLength))
  const end = safetensorsPrefixBytes + parseSafetensorsHeaderLength(prefix, info)
  const json = await file.read(safetensorsPrefixBytes, end)
  if (json.byteLength !== end - safetensorsPrefixBytes)
    throw invalid(info, `only ${json.byteLength} bytes of the header could be read. ${downloadAgain}`)
  return parseSafetensorsHeader(json, info)
}

/**
 * The header's length in bytes, from the first 8 bytes of the file. It is checked against the file's length and a limit
 * of 25 MB, so it is safe to allocate.
 *
 * @throws {BertEmbedError} `INVALID_SAFETENSORS`, saying what the file looks like if its first bytes show that.
 */
export function parseSafetensorsHeaderLength(prefix: Uint8Array, info: SafetensorsFileInfo): number {
  const available = Math.min(prefix.byteLength, info.fileByteLength)
  if (available < safetensorsPrefixBytes)
    throw invalid(
      info,
      `the file ends after ${available} bytes, inside the header's length. ${downloadAgain}`,
    )
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength)
  const length = view.getBigUint64(0, true)
  const max = Math.min(maxHeaderBytes, info.fileByteLength - safetensorsPrefixBytes)
  if (length > max)
    throw invalid(
      info,
      `the header would have ${length} bytes, but at most ${max} are possible in a file of ${info.fileByteLength}. ${explainWrongFile(String.fromCharCode(...prefix))}`,
    )
  return Number(length)
}

/**
 * Parses the header's JSON, as strictly as the format's own reader: the tensors have to cover the rest of the file
 * exactly, without overlaps or gaps. If a name occurs twice, the last entry counts.
 *
 * @param json The header's bytes, without the 8 before them.
 * @throws {BertEmbedError} `INVALID_SAFETENSORS`, naming the tensor.
 */
export function parseSafetensorsHeader(json: Uint8Array, info: SafetensorsFileInfo): SafetensorsHeader {
  const dataStart = safetensorsPrefixBytes + json.byteLength
  const header = parseJsonObject(json, info)
  const tensors = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => parseTensor(name, entry, dataStart, info))
    .sort((a, b) => a.byteOffset - b.byteOffset || a.byteLength - b.byteLength)
  checkCoverage(tensors, dataStart, info)
  return {
    tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
    metadata: parseMetadata(header.__metadata__, info),
  }
}

function parseJsonObject(json: Uint8Array, info: SafetensorsFileInfo): Record<string, unknown> {
  if (isDeeperThan(json, maxHeaderDepth))
    throw invalid(info, `the header is nested deeper than ${maxHeaderDepth} levels. ${downloadAgain}`)
  let value: unknown
  try {
    // ignoreBOM keeps a byte order mark in the text. JSON.parse then refuses it, as the format does.
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(json))
  } catch (cause) {
    throw invalid(info, `the header is not JSON in UTF-8. ${downloadAgain}`, { cause })
  }
  if (!isJsonObject(value))
    throw invalid(info, `the header is ${describe(value)}, not an object of tensors. ${downloadAgain}`)
  return value
}

function parseTensor(
  name: string,
  entry: unknown,
  dataStart: number,
  info: SafetensorsFileInfo,
): SafetensorsTensor {
  const tensor = `tensor ${describe(name)}`
  if (!isJsonObject(entry)) throw invalid(info, `${tensor} is ${describe(entry)}, not an object.`)
  const { dtype, shape, data_offsets: offsets } = entry
  if (!isDtype(dtype))
    throw invalid(
      info,
      `${tensor} has dtype ${describe(dtype)}; the format knows ${Object.keys(dtypeBits).join(', ')}.`,
    )
  if (!isSizeList(shape))
    throw invalid(
      info,
      `${tensor} has shape ${describe(shape)}, not a list of whole numbers from 0 to 2^53 - 1.`,
    )
  if (!isSizeList(offsets) || offsets.length !== 2)
    throw invalid(
      info,
      `${tensor} has data_offsets ${describe(offsets)}, not two whole numbers from 0 to 2^53 - 1.`,
    )
  const [begin, end] = offsets as [number, number]
  if (begin > end) throw invalid(info, `${tensor} has data_offsets that begin at ${begin} and end at ${end}.`)
  const available = info.fileByteLength - dataStart
  if (end > available)
    throw invalid(info, `${tensor} ends at byte ${end} of the data, which has ${available}. ${downloadAgain}`)
  const byteLength = byteLengthOf(dtype, shape)
  if (byteLength !== end - begin)
    throw invalid(
      info,
      byteLength === undefined
        ? `${tensor} has shape ${describe(shape)}, more values than can be counted exactly.`
        : `${tensor} has ${end - begin} bytes, but its ${dtype} shape takes ${byteLength}.`,
    )
  return { name, dtype, shape, byteOffset: dataStart + begin, byteLength }
}

/**
 * Number of bytes of a tensor: `undefined` beyond exact arithmetic, and a fraction if values of 4 or 6 bits end within
 * a byte.
 */
export function byteLengthOf(dtype: SafetensorsDtype, shape: readonly number[]): number | undefined {
  let bits: number = dtypeBits[dtype]
  for (const dimension of shape) {
    bits *= dimension
    if (bits > Number.MAX_SAFE_INTEGER) return undefined
  }
  return bits / 8
}

/**
 * Checks that the first tensor begins at the data's start, each next one where the previous one ends, and the last ends
 * the file.
 */
function checkCoverage(
  tensors: readonly SafetensorsTensor[],
  dataStart: number,
  info: SafetensorsFileInfo,
): void {
  let covered = dataStart
  for (const { name, byteOffset, byteLength } of tensors) {
    if (byteOffset !== covered)
      throw invalid(
        info,
        byteOffset < covered
          ? `tensor ${describe(name)} overlaps the one before it by ${covered - byteOffset} bytes.`
          : `${byteOffset - covered} bytes before tensor ${describe(name)} belong to no tensor.`,
      )
    covered = byteOffset + byteLength
  }
  if (covered !== info.fileByteLength)
    throw invalid(info, `the last ${info.fileByteLength - covered} bytes of the file belong to no tensor.`)
}

/** `null` means no metadata, as in the format's own reader. */
function parseMetadata(metadata: unknown, info: SafetensorsFileInfo): Record<string, string> {
  if (metadata === undefined || metadata === null) return {}
  if (!isJsonObject(metadata)) throw invalid(info, `__metadata__ is ${describe(metadata)}, not an object.`)
  for (const [key, value] of Object.entries(metadata))
    if (typeof value !== 'string')
      throw invalid(info, `__metadata__ has ${describe(key)} set to ${describe(value)}, not to a string.`)
  return metadata as Record<string, string>
}

function isDtype(value: unknown): value is SafetensorsDtype {
  return typeof value === 'string' && Object.hasOwn(dtypeBits, value)
}

function isSizeList(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)
}

const downloadAgain = 'The file is damaged or was cut short: download it again.'

function invalid(info: SafetensorsFileInfo, message: string, options?: ErrorOptions): BertEmbedError {
  return new BertEmbedError('INVALID_SAFETENSORS', `${info.file}: ${message}`, options)
}
