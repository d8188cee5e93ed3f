/** The checks before a release, in a repository with one commit and a registry on loopback. */

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env, execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findProblems, type ReleaseFacts, toPageUrl } from '../../scripts/release/find-problems.mjs'

const repository = { url: 'git+https://host.example/owner/package.git' }

const ready: ReleaseFacts = {
  manifest: { name: 'package', version: '1.2.0', repository },
  changelog: '# Changelog\n\n## 1.2.0\n\n- Add a function.\n\n## 1.1.0\n',
  branch: 'main',
  changes: '',
  tags: ['v1.1.0'],
  published: ['1.1.0'],
  withProvenance: true,
  env: {
    ACTIONS_ID_TOKEN_REQUEST_URL: 'https://host.example/token',
    GITHUB_SERVER_URL: 'https://host.example',
    GITHUB_REPOSITORY: 'owner/package',
  },
}

test('the address of a repository leads to its page', () => {
  expect(toPageUrl(repository.url)).toBe('https://host.example/owner/package')
})

describe('findProblems', () => {
  test('a clean main with its version in the changelog, a repository and an identity can be released', () => {
    expect(findProblems(ready)).toEqual([])
  })

  const { name, version } = ready.manifest
  test.each<[Partial<ReleaseFacts>, string]>([
    [{ manifest: { name, version } }, 'no field "repository"'],
    [{ env: { ...ready.env, GITHUB_REPOSITORY: 'owner/fork' } }, 'this is https://host.example/owner/fork'],
    [{ env: {} }, 'no CI job with an identity'],
    [{ branch: 'feature' }, 'The branch is feature'],
    [{ branch: '' }, 'The branch is not known'],
    [{ changes: '?? file' }, 'not committed:\n?? file'],
    [{ changelog: '## 1.2.0 (unreleased)\n' }, '"1.2.0 (unreleased)"'],
    [{ changelog: '' }, 'The first heading'],
    [{ published: ['1.1.0', '1.2.0'] }, 'published already'],
    [{ tags: ['v1.2.0'] }, 'The tag v1.2.0 exists'],
  ])('%o is a problem', (change, message) => {
    expect(findProblems({ ...ready, ...change })).toEqual([expect.stringContaining(message)])
  })

  test('a trial without provenance needs no repository and no identity', () => {
    const manifest = { name, version }
    expect(findProblems({ ...ready, manifest, env: {}, withProvenance: false })).toEqual([])
  })
})

describe('npm run release', () => {
  const script = fileURLToPath(new URL('../../scripts/release/release.mjs', import.meta.url))
  const folder = mkdtempSync(join(tmpdir(), 'bert-embed-release-'))
  const execute = promisify(execFile)
  let registry: Server
  let url: string

  beforeAll(async () => {
    registry = createServer((_, response) => response.writeHead(404).end('{}'))
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'package', version: '1.2.0' }))
    writeFileSync(join(folder, 'CHANGELOG.md'), ready.changelog)
    const git = (...args: string[]) => execute('git', args, { cwd: folder })
    await git('init', '--quiet', '--initial-branch', 'main')
    await git('add', '.')
    await git('-c', 'user.name=test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '-m', 'Start')
  })
  afterAll(() => {
    registry.close()
    rmSync(folder, { recursive: true })
  })

  async function release(...args: string[]) {
    const settings = {
      ...env,
      npm_config_registry: url,
      ACTIONS_ID_TOKEN_REQUEST_URL: '',
      SIGSTORE_ID_TOKEN: '',
    }
    const run = execute(execPath, [script, ...args], { cwd: folder, env: settings })
    const { code = 0, stdout, stderr } = await run.catch((error) => error)
    return { code, stdout, stderr }
  }

  test('a release without a repository and an identity says so, and runs nothing', async () => {
    const { code, stdout, stderr } = await release()
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringContaining('no field "repository"'),
      expect.stringContaining('no CI job with an identity'),
    ])
  })

  test('--dry-run prints the steps, and runs none', async () => {
    const { code, stdout } = await release('--dry-run', '--no-provenance', '--tested')
    expect(code).toBe(0)
    const [title, ...steps] = stdout.trim().split('\n')
    expect(title).toMatch(/^package 1\.2\.0, commit [0-9a-f]{40}, to http:/)
    expect(steps).toEqual([
      'would run: npm run build',
      expect.stringMatching(/^would run: npx vitest run .*packed-files/),
      expect.stringMatching(/^would run: npm pack --pack-destination /),
      expect.stringMatching(/^would run: npm publish .*package-1\.2\.0\.tgz --access public$/),
    ])
  })
})
