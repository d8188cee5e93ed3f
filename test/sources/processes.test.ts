/** Several real processes that share one cache, some of which are killed. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { commit, type FakeHub, pathOf, startHub } from '../support/hub-server.js'

const weights = Uint8Array.from({ length: 4_000_000 }, (_, i) => i % 251)
const folder = mkdtempSync(join(tmpdir(), 'bert-embed-processes-'))
const program = join(folder, 'download.mjs')

/** Opens the weights. Prints "half" when half of the bytes have arrived, and the length at the end. */
const source = `
import { argv } from 'node:process'
import { fileCache } from './sources/cache/file-cache.node.js'
import { hubSource } from './sources/hub/hub-source.js'
const [endpoint, cacheDir] = argv.slice(2)
const model = hubSource('owner/name', { endpoint, cache: fileCache(cacheDir), retryDelayMs: 1 })
const onProgress = ({ loadedBytes }) => loadedBytes >= 2_000_000 && console.log('half')
const file = await model.open('model.safetensors', { onProgress })
console.log('whole ' + file.byteLength)
`

let hub: FakeHub
let cacheDir: string
/** The Range headers of the requests. */
let ranges: (string | undefined)[]

beforeAll(async () => {
  const resolveDir = fileURLToPath(new URL('../../src/', import.meta.url))
  const stdin = { contents: source, resolveDir }
  await build({ stdin, outfile: program, bundle: true, format: 'esm', platform: 'node' })
})
afterAll(() => rmSync(folder, { recursive: true }))

beforeEach(async () => {
  cacheDir = mkdtempSync(join(folder, 'cache-'))
  hub = await startHub({ 'owner/name': { 'model.safetensors': weights } })
  ranges = []
})
afterEach(() => hub.close())

const start = () =>
  spawn(execPath, [program, hub.endpoint, cacheDir], { stdio: ['ignore', 'pipe', 'inherit'] })
const blobs = () => readdirSync(join(cacheDir, 'models--owner--name', 'blobs'))

/** Returns the output of a process after it has ended. */
async function output(child: ChildProcess): Promise<string> {
  let text = ''
  child.stdout!.on('data', (chunk) => {
    text += chunk
  })
  await once(child, 'close')
  return text
}

/** Answers the first request with half of the file, and sends nothing more. */
function stallFirst(): void {
  hub.intercept = (request, response) => {
    if (pathOf(request).startsWith('/api/')) return false
    ranges.push(request.headers.range)
    if (ranges.length > 1) return false
    response.writeHead(200, { 'content-length': weights.byteLength }).write(weights.subarray(0, 2_000_000))
    return true
  }
}

describe('a killed process', () => {
  test('a process killed during a download leaves no snapshot, and the next process resumes', async () => {
    stallFirst()
    const first = start()
    await once(first.stdout!, 'data')
    first.kill('SIGKILL')
    await once(first, 'close')
    expect(readdirSync(join(cacheDir, 'models--owner--name'))).toEqual(['blobs'])
    expect(blobs()).toEqual([expect.stringMatching(/\.incomplete$/)])

    expect(await output(start())).toContain('whole 4000000')
    expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)])
    const snapshot = join(cacheDir, 'models--owner--name', 'snapshots', commit, 'model.safetensors')
    expect(readFileSync(snapshot).equals(weights)).toBe(true)
    expect(blobs()).toHaveLength(1)
  })
})

describe('two processes at the same time', () => {
  test('two processes at the same time download a file once', async () => {
    const outputs = await Promise.all([output(start()), output(start())])
    for (const text of outputs) expect(text).toContain('whole 4000000')
    expect(hub.requests.filter((path) => path.includes('/resolve/'))).toHaveLength(1)
    expect(blobs()).toHaveLength(1)
  })

  test('a process continues when the process that it waits for is killed', async () => {
    stallFirst()
    const first = start()
    await once(first.stdout!, 'data')
    const second = output(start())
    first.kill('SIGKILL')
    expect(await second).toContain('whole 4000000')
  })
})
