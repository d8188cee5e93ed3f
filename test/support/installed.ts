/** Folders with the packed library installed, as its users have them, and the commands that run in them. */

import { execFile, spawn } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Packs the repository, as it was last built, into `folder`; the path of the tarball. */
export async function packLibrary(folder: string): Promise<string> {
  const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], root)
  const [{ filename }] = Object.values<{ filename: string }>(JSON.parse(packed)) as [{ filename: string }]
  return join(folder, filename)
}

/** Copies `template` to `folder` and installs what its package.json asks for, with the library out of `tarball`. */
export async function installConsumer(template: string, folder: string, tarball: string): Promise<void> {
  const generated = ['node_modules', 'dist', 'out', 'package-lock.json']
  cpSync(template, folder, { recursive: true, filter: (path) => !generated.includes(basename(path)) })
  const file = join(folder, 'package.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  manifest.dependencies = { ...manifest.dependencies, 'bert-embed': `file:${tarball.replaceAll('\\', '/')}` }
  writeFileSync(file, JSON.stringify(manifest))
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], folder)
}

/** Copies a checkpoint without the values that tests compare with. */
export function copyModel(checkpoint: string, folder: string): void {
  mkdirSync(folder, { recursive: true })
  cpSync(checkpoint, folder, { recursive: true, filter: (path) => !path.endsWith('reference.json') })
}

/** Runs a command to its end and returns what it printed. */
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

/** Starts a Node script that prints the URL it listens on, once it does. */
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

/** What installed applications run under: nothing of the tests' own, and no network beyond the package registry. */
export const environment: NodeJS.ProcessEnv = {
  ...process.env,
  // vitest sets it to "test", which is not what applications are built for.
  NODE_ENV: undefined as unknown as 'production',
  NO_COLOR: '1',
  // A free one.
  PORT: '0',
  ONNXRUNTIME_NODE_INSTALL: 'skip',
  // The repository's .npmrc says so, and npm hands it on to what it runs.
  npm_config_ignore_scripts: undefined,
  HF_HUB_OFFLINE: '1',
  NEXT_TELEMETRY_DISABLED: '1',
}
