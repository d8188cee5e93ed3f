/** What is compared: the library in this process, `bert-embed serve`, and sentence-transformers behind FastAPI. */

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { askFunction } from './ask-function.mjs'
import { askServer } from './ask-server.mjs'

const pathTo = (path) => fileURLToPath(new URL(path, import.meta.url))
const command = pathTo('../../dist/cli/bert-embed.js')
const fastapi = pathTo('fastapi_server.py')

/**
 * Starts the systems that can be started. Each has `ask(texts, { connections })`, which returns the time of each request
 * and the vector of each text, and `cpuMs()`, its processor time so far.
 */
export async function startSystems({ embedder, model, python, flags }) {
  const library = {
    name: 'the library, in process',
    ask: askFunction((text) => embedder.embed(text, { normalize: true })),
    cpuMs() {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1000
    },
    peakMb: () => undefined,
    stop() {},
  }
  const serve = (port) => [
    process.execPath,
    [
      command,
      'serve',
      '-m',
      model,
      '--port',
      port,
      '--preload',
      '--auto-truncate',
      '--log-level',
      'error',
      ...flags,
    ],
  ]
  return [
    library,
    await startServer('bert-embed serve', serve),
    await startServer('sentence-transformers, FastAPI', (port) => [python, [fastapi, model, port]]),
  ]
}

async function startServer(name, toCommand) {
  const port = await freePort()
  const child = spawn(...toCommand(String(port)), { stdio: ['ignore', 'ignore', 'inherit'] })
  process.on('exit', () => child.kill())
  const exited = new Promise((resolve) => child.on('exit', resolve))
  const ended = exited.then((code) => {
    throw new Error(`${name} ended with ${code}`)
  })
  ended.catch(() => {})
  const url = `http://127.0.0.1:${port}`
  await Promise.race([untilListening(url), ended])
  return {
    name,
    ask: askServer(url),
    cpuMs: () => cpuMs(child.pid),
    peakMb: () =>
      Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    stop() {
      child.kill()
      return exited
    },
  }
}

/** Processor time of a process so far (Linux only). The kernel counts in hundredths of a second. */
function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return 10 * (Number(fields[11]) + Number(fields[12]))
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

async function untilListening(url) {
  for (;;) {
    const isListening = await fetch(url).then(
      () => true,
      () => false,
    )
    if (isListening) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
