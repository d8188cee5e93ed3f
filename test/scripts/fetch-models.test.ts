import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env, execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startHub } from '../support/hub-server.js'

const script = fileURLToPath(new URL('../../scripts/published/fetch-models.mjs', import.meta.url))
const run = promisify(execFile)
const bytes = Buffer.from('{}')
const names = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'vocab.txt',
  'modules.json',
  'sentence_bert_config.json',
  'config_sentence_transformers.json',
  '1_Pooling/config.json',
]
const files = Object.fromEntries(names.map((name) => [name, bytes]))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bert-embed-published-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** What the script says last, when it does not succeed. */
async function failure(endpoint: string, ...more: string[]): Promise<string> {
  const args = [script, '--folder', folder, ...more, 'all-MiniLM-L6-v2']
  const settings = { env: { ...env, HF_ENDPOINT: endpoint, HF_HUB_OFFLINE: '' } }
  const { code, stderr } = await run(execPath, args, settings).catch((error) => error)
  expect(code).toBe(1)
  return stderr.trim().split('\n').at(-1)
}

test('weights with another hash than the published ones are not kept', async () => {
  await using hub = await startHub({
    'sentence-transformers/all-MiniLM-L6-v2': { ...files, 'model.safetensors': bytes },
  })
  expect(await failure(hub.endpoint)).toMatch(/^all-MiniLM-L6-v2: .*SHA-256 53aa51172d142c89/)
  expect(readdirSync(folder)).toEqual([])
})

test('a model that a Hub has in part, or sends too slowly, is not taken for whole', async () => {
  await using hub = await startHub({ 'sentence-transformers/all-MiniLM-L6-v2': files })
  expect(await failure(hub.endpoint)).toContain('model.safetensors answers 404')
  hub.intercept = (request, response) => {
    if (!request.url?.endsWith('model.safetensors')) return false
    response.writeHead(200, { 'content-length': 1000 }).write(bytes)
    return true
  }
  expect(await failure(hub.endpoint, '--within', '2')).toBe('all-MiniLM-L6-v2: not within 2 s')
  expect(existsSync(join(folder, 'all-MiniLM-L6-v2'))).toBe(false)
})
