/** `bert-embed pack`: what it prints, and what a failure or a signal leaves. */

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { createEmbedder } from '../../src/index.node.js'
import { commandPath, finished, runCommand, startCommand } from '../support/command.js'
import { checkpointPath, readFiles, smallCheckpoint } from '../support/fixtures.js'
import { pathOf, startHub } from '../support/hub-server.js'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bert-embed-pack-'))
  return () => rmSync(directory, { recursive: true })
})

const pack = (...args: string[]) => runCommand(['pack', ...args], { cwd: directory })

test('pack writes a folder that loads, and prints what is in it', async () => {
  const { code, stdout, stderr } = await pack(smallCheckpoint, '--out', 'public/model')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(
    /^bert-small-untrained in q8, written to .*model\n {2}page .* MB {2}model\.q8-rows\./,
  )
  await using embedder = await createEmbedder({ model: join(directory, 'public/model'), device: 'wasm' })
  expect(embedder.dtype).toBe('q8')
  const info = await runCommand(['info', 'public/model/'], { cwd: directory })
  expect(info.stdout).toMatch(/^weights +packed in q8$/m)
})

test('pack --json prints one object with the files', async () => {
  const { stdout } = await pack(checkpointPath('tiny-relu'), '--out', 'm', '--for', 'webgpu', '--json')
  const { model, files } = JSON.parse(stdout)
  expect(model).toBe('tiny-relu')
  expect(files[0]).toMatchObject({ targets: ['webgpu'], path: expect.stringContaining('q8-blocks') })
})

test.each([
  ['no folder', 2, 'USAGE', [smallCheckpoint]],
  ['an unknown target', 2, 'USAGE', [smallCheckpoint, '--out', 'm', '--for', 'phone']],
  ['a dtype that is not converted', 2, 'USAGE', [smallCheckpoint, '--out', 'm', '--dtype', 'fp32']],
  ['the folder of the model', 2, 'INVALID_OPTION', [smallCheckpoint, '--out', smallCheckpoint]],
  ['a missing model', 1, 'MODEL_NOT_FOUND', ['./nowhere/', '--out', 'm']],
  ['a folder that cannot be made', 1, 'WRITE_FAILED', [smallCheckpoint, '--out', '/dev/null/m']],
  ['a path in /proc', 1, 'WRITE_FAILED', [smallCheckpoint, '--out', '/proc/a/b/m']],
])('pack with %s ends with code %i and one line %s, and leaves no file', async (_, code, name, args) => {
  const result = await pack(...args)
  expect(result).toMatchObject({ code, stdout: '' })
  expect(result.stderr).toMatch(new RegExp(`^error ${name}: [^\\n]+\\n$`))
  expect(readdirSync(directory)).toEqual([])
})

test('pack on a disk without room ends with WRITE_FAILED, and leaves no file', async () => {
  // A limit of the length of files, in KB, fails at the same place as a full disk.
  const limited = `ulimit -f 64; exec node '${commandPath}' pack '${smallCheckpoint}' --out m`
  const { code, stderr } = await finished(spawn('bash', ['-c', limited], { cwd: directory }))
  expect(code).toBe(1)
  expect(stderr).toMatch(/^error WRITE_FAILED: Cannot write [^\n]+\n$/)
  expect(readdirSync(directory)).toEqual([])
})

test.each([
  ['SIGINT', 130, 0],
  ['SIGKILL', null, 1],
] as const)(
  'pack that ends by %s in the middle leaves no folder of that name',
  async (signal, code, left) => {
    const files = readFiles('tiny-relu')
    await using hub = await startHub({ 'owner/name': files })
    const args = ['pack', `${hub.endpoint}/files`, '--out', 'm', '--cache-dir', join(directory, 'cache')]
    const child = startCommand(args, { cwd: directory, env: { HF_HUB_OFFLINE: '' } })
    hub.intercept = (request, response) => {
      if (!pathOf(request).endsWith('/model.safetensors')) return false
      response.writeHead(200, { 'content-length': files['model.safetensors']!.byteLength })
      response.write(files['model.safetensors']!.subarray(0, 1000)) // and never the rest
      child.kill(signal)
      return true
    }
    expect(await finished(child)).toMatchObject({ code })
    expect(existsSync(join(directory, 'm'))).toBe(false)
    expect(readdirSync(directory).filter((name) => name.startsWith('m'))).toHaveLength(left)
  },
)
