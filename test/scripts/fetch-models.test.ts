import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env, execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startHub } from '../support/hub-server.js'

const script = fileURLToPath(new URL('../../scripts/published/fetch-models.mjs', import.meta.url))
const run = promisify(execFile)
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bert-embed-published-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Runs the script, expects it to fail, and returns the last line of its errors. */
async function failure(endpoint: string, ...more: string[]): Promise<string> {
  const args = [script, '--folder', folder, ...more, 'all-MiniLM-L6-v2']
  const settings = { env: { ...env, HF_ENDPOINT: endpoint, HF_HUB_OFFLINE: '' } }
  const { code, stderr } = await run(execPath, args, settings).catch((error) => error)
  expect(code).toBe(1)
  return stderr.trim().split('\n').at(-1)
}

/** Starts a Hub that has every file, with two bytes each. `answerWeights` answers requests for the weights. */
async function startHubWith(answerWeights: (response: ServerResponse) => void) {
  const hub = await startHub({})
  hub.intercept = (request, response) => {
    if (request.url?.endsWith('model.safetensors')) answerWeights(response)
    else response.end('{}')
    return true
  }
  return hub
}

test('weights with a different hash than the published ones are not stored', async () => {
  await using hub = await startHubWith((response) => response.end('{}'))
  expect(await failure(hub.endpoint)).toMatch(/^all-MiniLM-L6-v2: .*SHA-256 53aa51172d142c89/)
  expect(readdirSync(folder)).toEqual([])
})

test('a model without weights is not stored', async () => {
  await using hub = await startHubWith((response) => response.writeHead(404).end())
  expect(await failure(hub.endpoint)).toContain('model.safetensors answers 404')
  expect(readdirSync(folder)).toEqual([])
})

test('a model that is not downloaded in time is not stored', async () => {
  await using hub = await startHubWith((response) =>
    response.writeHead(200, { 'content-length': 9 }).write('{}'),
  )
  expect(await failure(hub.endpoint, '--within', '2')).toBe('all-MiniLM-L6-v2: not within 2 s')
  expect(readdirSync(folder)).toEqual([])
})
