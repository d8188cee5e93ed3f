/**
 * Asks the server with the clients of OpenAI, LangChain and LlamaIndex, and compares their vectors with the library's.
 *
 * npm run build && npm install --prefix scripts/server && node scripts/server/clients.mjs [MODEL]
 */

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { OpenAIEmbeddings } from '@langchain/openai'
import { OpenAIEmbedding } from '@llamaindex/openai'
import OpenAI from 'openai'
import { createEmbedder } from '../../dist/index.node.js'

const pathTo = (path) => fileURLToPath(new URL(path, import.meta.url))
const [checkpoint = pathTo('../../models/bert-embed-small-en')] = process.argv.slice(2)
const apiKey = 'a key'
// On the engine, a vector does not depend on its batch by a single bit.
const device = 'wasm'
const texts = [
  'In a village of La Mancha',
  '騎士は馬に乗った。',
  'Ritter 🐴',
  ...Array.from({ length: 1000 }, (_, index) => `The knight rode on for ${index} miles.`),
]

/** For each client, a function that returns a vector per text, and one that returns the vector of one text. */
const clients = {
  openai(baseURL) {
    const client = new OpenAI({ baseURL, apiKey })
    const embed = async (input) =>
      (await client.embeddings.create({ model: 'served', input })).data.map(({ embedding }) => embedding)
    return { many: embed, one: async (text) => (await embed(text))[0] }
  },
  '@langchain/openai'(baseURL) {
    const embeddings = new OpenAIEmbeddings({ model: 'served', apiKey, configuration: { baseURL } })
    return { many: (texts) => embeddings.embedDocuments(texts), one: (text) => embeddings.embedQuery(text) }
  },
  '@llamaindex/openai'(baseURL) {
    const embedding = new OpenAIEmbedding({ model: 'served', apiKey, baseURL })
    return {
      many: (texts) => embedding.getTextEmbeddingsBatch(texts),
      one: (text) => embedding.getTextEmbedding(text),
    }
  },
}

const embedder = await createEmbedder({ model: checkpoint, device })
const expected = await embedder.embed(texts, { normalize: true })
const server = spawn(
  'node',
  [
    pathTo('../../dist/cli/bert-embed.js'),
    'serve',
    '-m',
    `served=${checkpoint}`,
    '--device',
    device,
    '--port',
    '0',
  ],
  { env: { ...process.env, BERT_EMBED_API_KEYS: apiKey }, stdio: ['ignore', 'pipe', 'inherit'] },
)
try {
  const url = await listeningUrl(server.stdout)
  for (const [name, create] of Object.entries(clients)) {
    const { many, one } = create(`${url}/v1`)
    const equal = (await many(texts)).filter((vector, index) => isEqual(vector, expected[index])).length
    const isOneEqual = isEqual(await one(texts[0]), expected[0])
    console.log(`${name} ${versionOf(name)}: ${equal} of ${texts.length} vectors equal, bit for bit`)
    if (equal < texts.length || !isOneEqual) process.exitCode = 1
  }
} finally {
  server.kill()
  await embedder.dispose()
}

function listeningUrl(stdout) {
  return new Promise((resolve) => {
    createInterface(stdout).on('line', (line) => {
      const { msg, url } = JSON.parse(line)
      if (msg === 'listening') resolve(url)
    })
  })
}

function isEqual(vector, expected) {
  return (
    vector.length === expected.length &&
    vector.every((value, index) => Math.fround(value) === expected[index])
  )
}

function versionOf(name) {
  return JSON.parse(readFileSync(pathTo(`node_modules/${name}/package.json`), 'utf8')).version
}
