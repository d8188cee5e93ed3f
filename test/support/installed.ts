/** Installs the packed library into applications, and runs commands in them. */

import { execFile, spawn } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Packs the last build of the repository into `folder`, and returns the path of the tarball. */
export async function packLibrary(folder: string): Promise<string> {
  const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], root)
  const [{ filename }] = Object.values<{ filename: string }>(JSON.parse(packed)) as [{ filename: string }]
  return join(folder, filename)
}

/**
 * Copies `template` to `folder`, and installs the dependencies of its package.json, those of `more`, and the library from
 * `tarball`.
 */
export async function installConsumer(
  template: string,
  folder: string,
  tarball: string,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const generated = ['node_modules', 'dist', 'out', 'package-lock.json']
  cpSync(template, folder, { recursive: true, filter: (path) => !generated.includes(basename(path)) })
  const file = join(folder, 'package.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  const library = `file:${tarball.replaceAll('\\', '/')}`
  manifest.dependencies = { ...manifest.dependencies, ...more, 'bert-embed': library }
  writeFileSync(file, JSON.stringify(manifest))
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], folder)
}

/** Copies a checkpoint without its reference values. */
export function copyModel(checkpoint: string, folder: string): void {
  mkdirSync(folder, { recursive: true })
  cpSync(checkpoint, folder, { recursive: true, filter: (path) => !path.endsWith('reference.json') })
}

/** Runs a command and returns its output. */
export async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = environment,
): Promise<string> {
  return execute(command, args, { cwd, env, shell }).then(
    ({ stdout }) => stdout,
    ({ message, stdout }) => Promise.reject(new Error(`${message}\n${stdout}`)),
  )
}

export interface RunningServer extends AsyncDisposable {
  readonly url: string
}

/** Starts a Node script that prints its URL when it is listening. */
export function startServer(args: readonly string[], cwd: string): Promise<RunningServer> {
  const server = spawn('node', args, { cwd, env: environment })
  const ended = new Promise<void>((resolve) => server.on('exit', () => resolve()))
  return new Promise((resolve, reject) => {
    let output = ''
    const read = (chunk: Buffer) => {
      output += chunk
      const [url] = output.match(/http:\/\/[\w.]+:\d+/) ?? []
      if (url === undefined) return
      const stop = async () => {
        server.kill()
        await ended
      }
      resolve({ url, [Symbol.asyncDispose]: stop })
    }
    server.stdout.on('data', read)
    server.stderr.on('data', read)
    server.on('exit', (code) => reject(new Error(`node ${args.join(' ')} ended with ${code}:\n${output}`)))
  })
}

const execute = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))

/** Windows finds npm only through a shell. */
const shell = process.platform === 'win32'

/** The environment of installed applications: no settings of the tests, and no network except the package registry. */
export const environment: NodeJS.ProcessEnv = {
  ...process.env,
  // Vitest sets NODE_ENV to "test", but applications are built for production.
  NODE_ENV: undefined as unknown as 'production',
  NO_COLOR: '1',
  // A free port.
  PORT: '0',
  ONNXRUNTIME_NODE_INSTALL: 'skip',
  // The repository's .npmrc sets this, and npm passes it on to its child processes.
  npm_config_ignore_scripts: undefined,
  HF_HUB_OFFLINE: '1',
  NEXT_TELEMETRY_DISABLED: '1',
}
