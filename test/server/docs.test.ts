/** Runs the requests of docs/server.md against a server, and checks what the page and the Dockerfile say about it. */

import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand } from '../support/command.js'
import { startTestServer, type TestServer, trainedModel } from '../support/embedding-server.js'
import { trainedDimension } from '../support/fixtures.js'

const execute = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'docs/server.md'), 'utf8')
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
const directory = mkdtempSync(join(tmpdir(), 'bert-embed-server-docs-'))
const documentedUrl = 'http://127.0.0.1:8080'

const scripts = Array.from(page.matchAll(/^```js\n(.*?)^```$/gms), ([, source]) => source!)
const requests = Array.from(
  page.matchAll(/^curl (\S+) -H 'Content-Type: application\/json' \\\n {2}-d '(.*)'$/gm),
  ([, url, body]) => [url!, body!] as const,
)

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ models: [{ ...trainedModel, name: 'mini' }] })
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'), 'junction')
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true })
})

describe('docs/server.md', () => {
  test.each(scripts)('script %# runs unchanged but for the port', async (source) => {
    const file = join(directory, 'script.mjs')
    writeFileSync(file, source.replace(documentedUrl, server.url))
    const { stdout } = await execute('node', [file])
    expect(stdout).toBe(`2 ${trainedDimension} 12\n`)
  })

  test.each(requests)('%s answers %s', async (url, body) => {
    const answer = await server.post(url.replace(documentedUrl, ''), body)
    expect(answer.status).toBe(200)
  })

  test('has a script and requests for both APIs', () => {
    expect(scripts).toHaveLength(1)
    expect(requests.map(([url]) => url.replace(documentedUrl, ''))).toEqual([
      '/v1/embeddings',
      '/embed',
      '/similarity',
    ])
  })

  test('names options that the command has, with their defaults', async () => {
    const { stdout } = await runCommand(['serve', '--help'], { cwd: directory })
    const named = new Set(page.match(/(?<=`)--[a-z-]+/g))
    expect(named.size).toBeGreaterThan(10)
    for (const flag of named) expect(stdout.match(/--[a-z-]+/g)).toContain(flag)
    const help = stdout.replace(/\s+/g, ' ')
    const limits = [8 * 2 ** 20, 2048, 4096]
    for (const limit of limits) expect(help).toContain(`(default: ${limit})`)
    for (const limit of ['8 MiB', '2048', '4096']) expect(page).toContain(`| ${limit} |`)
  })

  test('names every metric of its own', async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    const names = Array.from(metrics.matchAll(/^# TYPE (bert_embed_\w+)/gm), ([, name]) => name)
    expect(names.length).toBeGreaterThan(4)
    for (const name of names) expect(page).toContain(`\`${name}\``)
  })
})

describe('the Dockerfile', () => {
  test('checks the health of a server', async () => {
    const [, script = ''] = /^HEALTHCHECK .*\\\n {2}CMD \["node", "-e", "(.*)"\]$/m.exec(dockerfile) ?? []
    const check = (url: string) => execute('node', ['-e', script.replace(documentedUrl, url)])
    await check(server.url)
    const other = await startTestServer()
    await other.stop({ timeoutMs: 1000 })
    await expect(check(other.url)).rejects.toMatchObject({ code: 1 })
  })

  test('starts the command with options that it has', async () => {
    const [, entrypoint = ''] = /^ENTRYPOINT (.*)$/m.exec(dockerfile) ?? []
    const [path, command, ...args] = JSON.parse(entrypoint) as string[]
    expect([path, command]).toEqual(['/app/node_modules/.bin/bert-embed', 'serve'])
    const { stdout } = await runCommand(['serve', '--help'], { cwd: directory })
    const flags = args.filter((argument) => argument.startsWith('--'))
    expect(flags.length).toBeGreaterThan(0)
    for (const flag of flags) expect(stdout).toMatch(new RegExp(`^ +${flag} `, 'm'))
  })
})
