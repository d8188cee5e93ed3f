/** The recorded checkpoints in test/fixtures, and PyTorch's values for them. */

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { decodeReference, decodeSentenceReference } from './reference.js'

export { largestDifference, tolerance } from './reference.js'

const checkpoints = fileURLToPath(new URL('../fixtures/checkpoints/', import.meta.url))

/** Returns the path of a checkpoint's directory. */
export function checkpointPath(name: string): string {
  return `${checkpoints}${name}`
}

export const smallCheckpoint = checkpointPath('bert-small-untrained')

/** The trained model of the demo and the examples. Its vectors have a meaning. */
export const trainedCheckpoint = fileURLToPath(new URL('../../models/bert-embed-small-en', import.meta.url))

/** Number of values in a vector of the trained checkpoint. */
export const trainedDimension: number = JSON.parse(
  readFileSync(`${trainedCheckpoint}/config.json`, 'utf8'),
).hidden_size

/** Names of the bare checkpoints, without the sentence-transformers models. */
export const bareCheckpoints = readdirSync(checkpoints).filter(
  (name) => !name.startsWith('sentence-transformers'),
)

/** One or two checkpoints of each architecture. */
export const architectureCheckpoints = bareCheckpoints.filter((name) => !name.startsWith('tiny-'))

/** All bare checkpoints, except those whose graph has the same parts as another one's. */
export const distinctCheckpoints = bareCheckpoints.filter(
  (name) => !/^(?:camembert|data2vec|ernie|xlm-roberta|electra|modernbert-biases)-/.test(name),
)

/** Reads the values that transformers and sentence-transformers computed, one entry per text. */
export function readReference(name: string) {
  return decodeReference(readJson(name, 'reference.json'))
}

/** Reads the vectors of SentenceTransformer.encode, without a prompt and with the model's prompts. */
export function readSentenceReference(name: string) {
  return decodeSentenceReference(readJson(name, 'reference.json'))
}

export function readJson<T>(name: string, file: string): T {
  return JSON.parse(readFileSync(`${checkpointPath(name)}/${file}`, 'utf8'))
}

/** Reads the files of a checkpoint by name, for a memory source. */
export function readFiles(name: string): Record<string, Uint8Array> {
  return filesIn(checkpointPath(name))
}

/** Reads the files of a model in a directory, by name. */
export function filesIn(directory: string): Record<string, Uint8Array> {
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  const names = paths.filter((path) => /\.(json|txt|safetensors|onnx|onnx_data|data)$/.test(path))
  return Object.fromEntries(
    names.map((path) => [path.replaceAll('\\', '/'), readFileSync(`${directory}/${path}`)]),
  )
}
