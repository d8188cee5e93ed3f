import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as ortWeb from 'onnxruntime-web' // its WebAssembly build for Node; /wasm is for browsers only
import { afterAll, expect, test } from 'vitest'
import { nodeBackend } from '../../src/backends/ort.node.js'
import { webBackend } from '../../src/backends/ort.web.js'
import type { ModelFile } from '../../src/sources/model-source.js'
import { testBackendContract } from './backend-contract.js'

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'bert-embed-backend-')))
afterAll(() => rmSync(directory, { recursive: true }))

/** Each file in a folder of its own, reached through a link, as blobs of the Hugging Face cache may be. */
function diskFile(path: string, bytes: Uint8Array): ModelFile {
  const real = join(directory, 'blobs', path, `blob of ${path}`)
  mkdirSync(dirname(real), { recursive: true })
  writeFileSync(real, bytes)
  rmSync(join(directory, path), { force: true })
  symlinkSync(real, join(directory, path))
  return {
    path,
    byteLength: statSync(real).size,
    content: { type: 'path', path: realpathSync(join(directory, path)) },
    read: async (start, end) => bytes.slice(start, end),
  }
}

testBackendContract({ name: 'onnxruntime-node, weights in memory', backend: nodeBackend() })
testBackendContract({
  name: 'onnxruntime-node, weights on disk',
  backend: nodeBackend(),
  createFile: diskFile,
})
testBackendContract({ name: 'onnxruntime-web, weights in memory', backend: webBackend({ ort: ortWeb }) })
testBackendContract({
  name: 'onnxruntime-web, weights on disk',
  backend: webBackend({ ort: ortWeb }),
  createFile: diskFile,
})

test('the Node backend names the devices there are', async () => {
  const session = nodeBackend().createSession(
    { files: [], encode: () => new Uint8Array() },
    { device: 'abacus' },
  )
  await expect(session).rejects.toThrow(/cpu/)
})
