/** The recorded checkpoints in test/fixtures and what PyTorch made of them. */

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { decodeReference, decodeSentenceReference } from './reference.js'

export { largestDifference, tolerance } from './reference.js'

const checkpoints = fileURLToPath(new URL('../fixtures/checkpoints/', import.meta.url))

/** The path of a checkpoint's directory. */
export function checkpointPath(name: string): string {
  return `${checkpoints}${name}`
}

export const smallCheckpoint = checkpointPath('bert-small-untrained')

/** The model of the demo and the examples: trained, so that its vectors have a meaning. */
export const trainedCheckpoint = fileURLToPath(new URL('../../models/bert-embed-small-en', import.meta.url))

/** How many values its vectors have. */
export const trainedDimension: number = JSON.parse(
  readFileSync(`${trainedCheckpoint}/config.json`, 'utf8'),
).hidden_size

/** Names of the bare checkpoints; the sentence-transformers models are apart. */
export const bareCheckpoints = readdirSync(checkpoints).filter(
  (name) => !name.startsWith('sentence-transformers'),
)

/** One or two of each architecture. */
export const architectureCheckpoints = bareCheckpoints.filter((name) => !name.startsWith('tiny-'))

/** The same without those whose graphs are made of the same parts as another's. */
export const distinctCheckpoints = bareCheckpoints.filter(
  (name) => !/^(?:camembert|data2vec|ernie|xlm-roberta|electra|modernbert-biases)-/.test(name),
)

/** What transformers and sentence-transformers computed; one entry per text. */
export function readReference(name: string) {
  return decodeReference(readJson(name, 'reference.json'))
}

/** What SentenceTransformer.encode gave without a prompt and with the model's own. */
export function readSentenceReference(name: string) {
  return decodeSentenceReference(readJson(name, 'reference.json'))
}

export function readJson<T>(name: string, file: string): T {
  return JSON.parse(readFileSync(`${checkpointPath(name)}/${file}`, 'utf8'))
}

/** The files of a checkpoint by their names, as a memory source takes them. */
export function readFiles(name: string): Record<string, Uint8Array> {
  return filesIn(checkpointPath(name))
}

/** The files of a model in a directory by their names. */
export function filesIn(directory: string): Record<string, Uint8Array> {
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  const names = paths.filter((path) => /\.(json|txt|safetensors|onnx|onnx_data|data)$/.test(path))
  return Object.fromEntries(
    names.map((path) => [path.replaceAll('\\', '/'), readFileSync(`${directory}/${path}`)]),
  )
}
