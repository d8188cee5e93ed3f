/** `bert-embed info` and `download`, against a Hub on loopback. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommand } from '../support/command.js'
import { checkpointPath, readFiles, trainedCheckpoint } from '../support/fixtures.js'
import { type FakeHub, startHub } from '../support/hub-server.js'

const directory = mkdtempSync(join(tmpdir(), 'bert-embed-models-'))
const model = 'owner/sentences'
const files = readFiles('sentence-transformers-new')
const weightsSize = (files['model.safetensors']!.length / 1000).toFixed(1)

let hub: FakeHub
beforeAll(async () => {
  hub = await startHub({ [model]: files })
})
afterAll(async () => {
  await hub.close()
  rmSync(directory, { recursive: true, force: true })
})

const run = (args: readonly string[], env?: NodeJS.ProcessEnv) =>
  runCommand([...args, '--cache-dir', 'cache'], {
    cwd: directory,
    env: { HF_ENDPOINT: hub.endpoint, HF_HUB_OFFLINE: '0', ...env },
  })
const weights = `/${model}/resolve/`
const weightRequests = () =>
  hub.requests.filter((path) => path.startsWith(weights) && path.endsWith('.safetensors'))

test('the query of a URL, which may be a signature, is in no output', async () => {
  const url = `${hub.endpoint}/files`
  const signed = ['--model', `${url}?signature=secret`]
  const embedded = await run(['embed', 'knight', '-o', 'signed.npy', ...signed])
  expect(embedded).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(JSON.parse(readFileSync(join(directory, 'signed.npy.meta.json'), 'utf8')).model).toBe(url)
  const searched = await run(['search', '-x', 'signed.npy', '--json', 'knight', ...signed])
  expect(searched).toMatchObject({ code: 0, stderr: '' })
  expect(searched.stdout).not.toContain('secret')
})

test('info says what would be downloaded, and does not download it', async () => {
  const { stdout, stderr } = await run(['info', model, '--json'])
  expect(stderr).toBe('')
  const { files: listed, ...description } = JSON.parse(stdout)
  expect(description).toEqual({
    model,
    modelType: 'bert',
    layers: 2,
    hiddenSize: 16,
    vocabSize: 240,
    dimension: 16,
    pooling: ['mean'],
    normalize: true,
    maxLength: 64,
    positions: 64,
    prompts: { document: 'passage: ', query: 'query: ' },
    similarityFunction: 'cosine',
  })
  const weightsFile = {
    path: 'model.safetensors',
    byteLength: files['model.safetensors']!.length,
    isLocal: false,
  }
  expect(listed).toContainEqual(weightsFile)
  expect(listed).toContainEqual(expect.objectContaining({ path: 'tokenizer.json', isLocal: true }))
  expect(weightRequests()).toEqual([])
})

test('download fetches the model once, and other commands then need no network', async () => {
  const first = await run(['download', model])
  expect(first).toEqual({ code: 0, stdout: `${model} is ready. Downloaded ${weightsSize} KB.\n`, stderr: '' })
  const again = await run(['download', model])
  expect(again.stdout).toBe(`${model} is ready. It was here already.\n`)
  expect(weightRequests()).toHaveLength(1)
  expect((await run(['info', model])).stdout).toMatch(/all on this machine\n$/)
  const { code } = await run(['similarity', '--offline', '-m', model, 'knight', 'horse'])
  expect(code).toBe(0)
})

test('info describes a directory, with the files that the library reads', async () => {
  const { stdout } = await run(['info', trainedCheckpoint])
  expect(stdout).toMatch(/^architecture {2}bert, 4 layers, 192 wide, \d+ words$/m)
  expect(stdout).toMatch(/^limit {9}256 tokens$/m)
  expect(stdout).toMatch(/ 5\.7 MB {2}model\.safetensors$/m)
  expect(stdout).not.toContain('README.md')
})

test('a pipe gets no colours, also on a CI machine', async () => {
  const { stdout } = await run(['info', trainedCheckpoint], { CI: 'true' })
  expect(stdout).not.toContain('\x1b')
  const { stderr } = await run(['info', './none'], { CI: 'true' })
  expect(stderr).toMatch(/^error MODEL_NOT_FOUND/)
})

test('FORCE_COLOR colours a pipe too, unless it is 0 or empty', async () => {
  const colour = async (FORCE_COLOR: string) =>
    (await run(['info', trainedCheckpoint], { FORCE_COLOR })).stdout.includes('\x1b[1m')
  expect([await colour('1'), await colour('0'), await colour('')]).toEqual([true, false, false])
})

test('info lists the shards of a sharded model', async () => {
  const { stdout } = await run(['info', checkpointPath('tiny-sharded'), '--json'])
  const paths: string[] = JSON.parse(stdout).files.map(({ path }: { path: string }) => path)
  expect(paths.filter((path) => path.endsWith('.safetensors')).length).toBeGreaterThan(1)
})
