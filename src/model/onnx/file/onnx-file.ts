/**
 * Reads the inputs and outputs of an .onnx file, and makes a small graph from it. The weights stay where they are, in
 * that file or in others next to it, and become external data. Field numbers are those of onnx.proto
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */

import { explainWrongFile } from '../../../checks/explain-wrong-file.js'
import { BertEmbedError } from '../../../errors.js'
import { writeStringEntry } from '../onnx-proto.js'
import { createProtobufWriter } from '../protobuf-writer.js'
import { type ExternalEntries, endOf, readDims } from './external-data.js'
import { castOf, type ValueKind } from './onnx-casts.js'
import { type OnnxValue, readOnnxValue } from './onnx-value.js'
import { joinBytes, messageField } from './protobuf-parts.js'
import {
  contentOf,
  createProtobufReader,
  type ProtobufField,
  type ProtobufFile,
  type ProtobufReader,
  type Span,
} from './protobuf-reader.js'

export interface OnnxFile {
  /** Inputs of a run. Old files also list their weights as inputs; those are left out. */
  readonly inputs: readonly OnnxValue[]
  readonly outputs: readonly OnnxValue[]
  /**
   * Files with weights, by path within the model: the file itself, and those that it names. The value is the minimum
   * number of bytes that the file must have.
   */
  readonly weightFiles: ReadonlyMap<string, number>
  /**
   * The bytes of the graph. `locate` returns the location of each of these files, by its path. The graph takes int32
   * and returns float32; values that are cast for this have the names of `outerName`.
   */
  toBytes(locate: (path: string) => string): Uint8Array
}

const modelField = { graph: 7 } as const
const graphField = { initializer: 5, input: 11, output: 12 } as const
const tensorField = { dims: 1, dataType: 2, name: 8, rawData: 9, externalData: 13, dataLocation: 14 } as const

/** Smaller tensors stay in the graph. Some of them are shapes, which ONNX Runtime needs before it looks for files. */
const minWeightBytes = 1024

/**
 * Maximum number of bytes to keep of a file, weights not counted. A BERT-large has 2 MB. Old files that store weights
 * as lists of numbers have more.
 */
const maxGraphBytes = 256 * 1024 * 1024

/** Maximum number of tensors. The largest published encoders have a few thousand. */
const maxTensors = 100_000

/** A part of the graph: unchanged bytes of the file, a tensor whose values are in a file, or an input or output. */
type GraphPart = BytesPart | TensorPart | ValuePart

interface BytesPart {
  readonly bytes: Uint8Array
}

interface TensorPart {
  /** Its fields, except those that say where its values are. */
  readonly fields: Uint8Array
  readonly path: string
  readonly entries: ExternalEntries
  /** Offset of the end of its values in that file. */
  readonly end: number
}

interface ValuePart extends BytesPart {
  readonly kind: ValueKind
  readonly value: OnnxValue
}

/**
 * Reads an .onnx file.
 *
 * @param file The file, with its path within the model.
 * @throws {BertEmbedError} `INVALID_ONNX`, and errors of reading.
 */
export async function readOnnxFile(file: ProtobufFile & { readonly path: string }): Promise<OnnxFile> {
  try {
    return await readModel(file)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    const start = String.fromCharCode(...(await file.read(0, Math.min(64, file.byteLength))))
    throw invalid(file.path, `is not an ONNX model: ${cause.message}. ${explainWrongFile(start)}`, cause)
  }
}

async function readModel(file: ProtobufFile & { readonly path: string }): Promise<OnnxFile> {
  const reader = createProtobufReader(file)
  const budget = createBudget()
  const before: Uint8Array[] = []
  const after: Uint8Array[] = []
  let graph: Graph | undefined
  for await (const field of reader.fields({ start: 0, end: file.byteLength })) {
    if (field.number === modelField.graph && field.isMessage) {
      if (graph) throw new RangeError('it has two graphs')
      graph = await readGraph(file.path, { reader, budget, graph: contentOf(field) })
    } else (graph ? after : before).push(await copy(field, { reader, budget }))
  }
  if (!graph) throw new RangeError('it has no graph')
  const { parts, initializers } = graph
  const weightFiles = new Map<string, number>()
  for (const part of parts)
    if ('path' in part) weightFiles.set(part.path, Math.max(part.end, weightFiles.get(part.path) ?? 0))
  const values = parts.filter((part) => 'value' in part).filter(({ value }) => !initializers.has(value.name))
  const valuesOf = (wanted: ValueKind) =>
    values.filter(({ kind }) => kind === wanted).map(({ value }) => value)
  return {
    inputs: valuesOf('input'),
    outputs: valuesOf('output'),
    weightFiles,
    toBytes(locate) {
      const casts = new Map(values.map((part) => [part as GraphPart, castOf(part.kind, part.value)]))
      const encoded = parts.map((part) =>
        'path' in part
          ? messageField(graphField.initializer, [encodeTensor(part, locate(part.path))])
          : (casts.get(part)?.value ?? part.bytes),
      )
      // Nodes have to be in the order in which they run.
      const nodesOf = (wanted: ValueKind) =>
        values.filter(({ kind }) => kind === wanted).flatMap((part) => casts.get(part)?.node ?? [])
      const whole = [...nodesOf('input'), ...encoded, ...nodesOf('output')]
      return joinBytes([...before, messageField(modelField.graph, whole), ...after])
    },
  }
}

interface Graph {
  readonly parts: readonly GraphPart[]
  readonly initializers: ReadonlySet<string>
}

interface Reading {
  readonly reader: ProtobufReader
  readonly budget: { spend(bytes: number): void }
}

async function readGraph(path: string, { graph, ...reading }: Reading & { graph: Span }): Promise<Graph> {
  const { reader } = reading
  const parts: GraphPart[] = []
  const initializers = new Set<string>()
  for await (const field of reader.fields(graph)) {
    if (field.number === graphField.initializer) {
      if (initializers.size >= maxTensors) throw new RangeError(`it has more than ${maxTensors} tensors`)
      const { name, part } = await readTensor(path, field, reading)
      initializers.add(name)
      parts.push(part)
      continue
    }
    const bytes = await copy(field, reading)
    const kind = field.number === graphField.input ? 'input' : field.number === graphField.output && 'output'
    parts.push(kind ? { bytes, kind, value: await readOnnxValue(reader, contentOf(field)) } : { bytes })
  }
  return { parts, initializers }
}

async function readTensor(path: string, tensor: ProtobufField, reading: Reading) {
  const { reader } = reading
  const others: ProtobufField[] = []
  const allEntries: (readonly [string, string])[] = []
  let name = ''
  let rawData: Span | undefined
  let isExternal = false
  const dims: number[] = []
  let elementType = 0
  for await (const field of reader.fields(contentOf(tensor))) {
    if (field.number === tensorField.rawData) rawData = contentOf(field)
    else if (field.number === tensorField.dataLocation) isExternal = field.value === 1
    else if (field.number === tensorField.externalData) allEntries.push(await readEntry(reader, field))
    else others.push(field)
    if (field.number === tensorField.dims) dims.push(...(await readDims(reader, field)))
    if (field.number === tensorField.dataType) elementType = field.value
    if (field.number === tensorField.name) name = await reader.text(contentOf(field))
  }
  const isInFile = rawData && rawData.end - rawData.start >= minWeightBytes
  if (!isExternal && !isInFile) return { name, part: { bytes: await copy(tensor, reading) } }
  const copies: Uint8Array[] = []
  for (const field of others) copies.push(await copy(field, reading))
  const fields = joinBytes(copies)
  if (!isExternal) {
    const { start, end } = rawData!
    const entries = Object.entries({ offset: `${start}`, length: `${end - start}` })
    return { name, part: { fields, path, entries, end } }
  }
  const location = allEntries.find(([key]) => key === 'location')?.[1] ?? ''
  const entries = allEntries.filter(([key]) => key !== 'location')
  const end = endOf(entries, { dims, elementType })
  return { name, part: { fields, path: resolveBeside(path, location, name), entries, end } }
}

/** Path of a file that a tensor names, relative to the folder of the .onnx file. */
function resolveBeside(path: string, location: string, tensor: string): string {
  const isWithin = location !== '' && !/^[/\\]|^[a-z]:|\\|\0|(?:^|\/)\.\.(?:\/|$)/i.test(location)
  if (!isWithin)
    throw invalid(
      path,
      `says that tensor ${tensor} is in ${JSON.stringify(location)}, which is not a path within its folder.`,
    )
  return path.slice(0, path.lastIndexOf('/') + 1) + location.replace(/^(?:\.\/)+/, '')
}

async function readEntry(reader: ProtobufReader, entry: ProtobufField): Promise<readonly [string, string]> {
  const texts = ['', '', '']
  for await (const field of reader.fields(contentOf(entry)))
    if (field.isMessage && field.number <= 2) texts[field.number] = await reader.text(contentOf(field))
  return [texts[1]!, texts[2]!]
}

function copy({ start, end }: Span, { reader, budget }: Reading): Promise<Uint8Array> {
  budget.spend(end - start)
  return reader.bytes({ start, end })
}

function createBudget() {
  let left = maxGraphBytes
  return {
    spend(bytes: number): void {
      left -= bytes
      if (left < 0) throw new RangeError(`it has more than ${maxGraphBytes} bytes apart from its weights`)
    },
  }
}

function encodeTensor({ fields, entries }: TensorPart, location: string): Uint8Array {
  const writer = createProtobufWriter()
  for (const entry of [['location', location] as const, ...entries])
    writer.writeMessage(tensorField.externalData, writeStringEntry, entry)
  writer.writeVarintField(tensorField.dataLocation, 1)
  return joinBytes([fields, writer.finish()])
}

function invalid(path: string, what: string, cause?: unknown): BertEmbedError {
  return new BertEmbedError('INVALID_ONNX', `${path} ${what}`, { cause })
}
