/** `bert-embed serve`, as a process. */

import { type ChildProcess, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import { commandPath, runCommand, startCommand } from '../support/command.js'
import { trainedCheckpoint, trainedDimension } from '../support/fixtures.js'

const cwd = tmpdir()
const modelFlags = ['--model', `small=${trainedCheckpoint}`, '--device', 'wasm']

interface ServeProcess extends AsyncDisposable {
  readonly url: string
  readonly process: ChildProcess
  /** The lines of the log so far. */
  readonly log: readonly Record<string, unknown>[]
  /** Resolves to the exit code. */
  readonly exited: Promise<number>
}

async function startServe(flags: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<ServeProcess> {
  const child = startCommand(['serve', ...modelFlags, '--port', '0', ...flags], { cwd, env })
  const exited = once(child, 'exit').then(([code]) => code)
  const log: Record<string, unknown>[] = []
  const url = await new Promise<string>((resolve, reject) => {
    exited.then((code) => reject(new Error(`bert-embed serve ended with ${code}`)))
    createInterface(child.stdout!).on('line', (line) => {
      const entry = JSON.parse(line)
      log.push(entry)
      if (entry.msg === 'listening') resolve(entry.url)
    })
  })
  const stop = async () => {
    child.kill('SIGKILL')
    await exited
  }
  return { url, process: child, log, exited, [Symbol.asyncDispose]: stop }
}

const embed = (url: string, inputs: unknown) =>
  fetch(`${url}/embed`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer first-key' },
    body: JSON.stringify({ inputs }),
  })

async function waitingTexts(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return Number(/^bert_embed_waiting_texts (\d+)$/m.exec(metrics)?.[1])
}

/** Work for about a second. */
const manyTexts = Array.from({ length: 60 }, (_, index) => `${'The knight rode on. '.repeat(20)}${index}`)

describe('bert-embed serve', () => {
  test('takes keys from the environment, and logs neither keys nor texts', async () => {
    await using server = await startServe([], { BERT_EMBED_API_KEYS: 'other-key, first-key' })
    const [vector] = await (await embed(server.url, 'some secret text')).json()
    expect(vector).toHaveLength(trainedDimension)
    expect((await fetch(`${server.url}/v1/models`)).status).toBe(401)
    await expect
      .poll(() => server.log.at(-1))
      .toMatchObject({ level: 'info', route: '/v1/models', status: 401 })
    expect(server.log[0]).toMatchObject({ url: server.url, models: ['small'] })
    expect(JSON.stringify(server.log)).not.toMatch(/-key|secret/)
  })

  test('answers what it has taken after SIGTERM, and ends', async () => {
    await using server = await startServe(['--preload'])
    const answer = embed(server.url, manyTexts)
    await expect.poll(() => waitingTexts(server.url)).toBe(manyTexts.length)
    server.process.kill('SIGTERM')
    expect(await (await answer).json()).toHaveLength(manyTexts.length)
    expect(await server.exited).toBe(0)
    expect(server.log.at(-1)).toMatchObject({ msg: 'stopped', isComplete: true })
  })

  test('ends at once after a second signal', async () => {
    await using server = await startServe(['--preload'])
    const answer = embed(server.url, manyTexts).catch(() => 'lost')
    await expect.poll(() => waitingTexts(server.url)).toBe(manyTexts.length)
    server.process.kill('SIGINT')
    await expect.poll(() => server.log.at(-1)).toMatchObject({ msg: 'stopping' })
    server.process.kill('SIGINT')
    expect(await server.exited).toBe(130)
    expect(await answer).toBe('lost')
  })

  test('says in one line that its port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const { code, stderr } = await runCommand(['serve', ...modelFlags, '--port', String(port)], { cwd })
    expect(code).toBe(1)
    expect(stderr).toMatch(
      new RegExp(`^error LISTEN_FAILED: port ${port} of 127.0.0.1 is in use.*--port.\\n$`),
    )
    other.close()
  })

  test.runIf(existsSync('/dev/full'))('ends with one line when the disk of its log is full', async () => {
    const full = openSync('/dev/full', 'w')
    const args = [commandPath, 'serve', ...modelFlags, '--port', '0']
    const { status, stderr } = spawnSync('node', args, { stdio: ['ignore', full, 'pipe'], encoding: 'utf8' })
    closeSync(full)
    expect(status).toBe(1)
    expect(stderr).toMatch(/^error WRITE_FAILED: [^\n]+\n$/)
  })

  test.each([
    ['no model', [], {}, 2, 'error USAGE: no model to serve'],
    ['two models of one name', ['-m', 'a=x', '-m', 'a=y'], {}, 2, 'error USAGE: two models are named a'],
    ['a model that is not there', ['-m', './no-such', '--preload'], {}, 1, 'error MODEL_NOT_FOUND: '],
    ['no port', [...modelFlags, '--port', '70000'], {}, 2, "error USAGE: option '--port"],
    ['another host', [...modelFlags, '--host', 'no.invalid'], {}, 1, 'error LISTEN_FAILED: no.invalid is'],
    [
      'an origin with a path',
      [...modelFlags, '--cors', 'https://a.example/'],
      {},
      2,
      "error USAGE: option '--cors",
    ],
    ['no origin', [...modelFlags, '--cors', 'a.example'], {}, 2, "error USAGE: option '--cors"],
    ['an empty key', modelFlags, { BERT_EMBED_API_KEYS: 'secret,' }, 2, 'error USAGE: an API key is empty'],
  ])('%s is an error of one line', async (_, flags, env, code, start) => {
    const ended = await runCommand(['serve', ...flags], { cwd, env: { BERT_EMBED_MODEL: '', ...env } })
    expect(ended).toMatchObject({ code, stderr: expect.stringMatching(/^[^\n]+\n$/) })
    expect(ended.stderr).toContain(start)
    expect(ended.stderr).not.toContain('secret')
  })
})
