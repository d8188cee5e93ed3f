/**
 * Publishes the package from a clean checkout of main, with provenance, and tags the commit.
 *
 *     npm run release -- [--dry-run] [--tested] [--no-provenance]
 *
 * --dry-run          check everything and print the steps, without running them
 * --tested           .ci/run has passed in this checkout: build and check the package only
 * --no-provenance    for a trial with a registry on loopback. Does not tag
 *
 * The registry is that of npm's configuration. CONTRIBUTING.md has the whole procedure.
 */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process, { env } from 'node:process'
import { parseArgs } from 'node:util'
import { findProblems } from './find-problems.mjs'

const { values: options } = parseArgs({
  options: {
    'dry-run': { type: 'boolean', default: false },
    tested: { type: 'boolean', default: false },
    'no-provenance': { type: 'boolean', default: false },
  },
})
const isTrial = options['no-provenance']
const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const { name, version } = manifest
const registry = read('npm', 'config', 'get', 'registry')

const problems = [...findRegistryProblems(), ...findProblems(readFacts())]
for (const problem of problems) console.error(`✗ ${problem}`)
if (problems.length > 0) process.exitCode = 1
if (problems.length === 0 || options['dry-run']) {
  console.log(`${name} ${version}, commit ${read('git', 'rev-parse', 'HEAD')}, to ${registry}`)
  const folder = mkdtempSync(join(tmpdir(), 'release-'))
  try {
    for (const step of stepsTo(folder)) run(step)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function findRegistryProblems() {
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(new URL(registry).hostname)
  return isTrial && !isLoopback
    ? [`--no-provenance is for trials with a registry on loopback, and the registry is ${registry}.`]
    : []
}

function readFacts() {
  return {
    manifest,
    changelog: readFileSync('CHANGELOG.md', 'utf8'),
    branch: read('git', 'branch', '--show-current'),
    changes: read('git', 'status', '--porcelain'),
    tags: read('git', 'tag', '--list').split('\n'),
    published: readPublished(),
    withProvenance: !isTrial,
    env,
  }
}

/** @throws if the registry cannot be asked */
function readPublished() {
  try {
    return [JSON.parse(read('npm', 'view', name, 'versions', '--json'))].flat()
  } catch (error) {
    // Before the first release, the registry does not have the package.
    if (`${error.stdout}`.includes('E404')) return []
    throw error
  }
}

/** The commands of a release, in order. */
function stepsTo(folder) {
  const tarball = join(folder, `${name}-${version}.tgz`)
  const tests = ['test/packed-files.test.ts', 'test/licenses.test.ts']
  const hasRemote = read('git', 'remote').split('\n').includes('origin')
  return [
    ...(options.tested
      ? [
          ['npm', 'run', 'build'],
          ['npx', 'vitest', 'run', '--project', 'node', ...tests],
        ]
      : [['.ci/run']]),
    ['npm', 'pack', '--pack-destination', folder],
    ['npm', 'publish', tarball, '--access', 'public', ...(isTrial ? [] : ['--provenance'])],
    ...(isTrial ? [] : [['git', 'tag', `v${version}`]]),
    ...(isTrial || !hasRemote ? [] : [['git', 'push', 'origin', `v${version}`]]),
  ]
}

function run(step) {
  console.log(`${options['dry-run'] ? 'would run' : 'running'}: ${step.join(' ')}`)
  if (!options['dry-run']) execFileSync(step[0], step.slice(1), { stdio: 'inherit' })
}

/** Runs a command that changes nothing, and returns its output. */
function read(command, ...args) {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
}
