/** A process that is measured: started, asked by lines of JSON, given up on when it takes too long or too much. */

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** How much of what a process says on stderr is kept, to tell why it ended. */
const stderrCharacters = 4000

/** How often the memory of a process is looked at: who ends for want of it cannot say any more. */
const samplingMs = 200

/** What is left of them ends with this process, however it ends. */
const running = new Set()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))

/**
 * Starts `command`, a list of strings; `memoryLimitMb` bounds what it may allocate, where the system does (Linux).
 *
 * `ask` resolves to the answer to a request, and rejects with an error when the answer is one, when the process ends, or
 * after `timeoutSeconds`; the process is ended then. `peakMb` is the most resident memory that was seen of it (Linux only).
 */
export function runProcess(command, { memoryLimitMb, timeoutSeconds = 600 } = {}) {
  const [program, ...parameters] = memoryLimitMb ? limited(command, memoryLimitMb) : command
  const child = spawn(program, parameters, { stdio: ['pipe', 'pipe', 'pipe'] })
  running.add(child)
  let peakMb
  const sampling = setInterval(() => {
    peakMb = residentPeak(child.pid) ?? peakMb
  }, samplingMs)
  child.on('close', () => {
    clearInterval(sampling)
    running.delete(child)
  })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr = (stderr + chunk).slice(-stderrCharacters)
  })
  child.stdin.on('error', () => {}) // The process has ended; what waits is told below.
  const ended = new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code, signal) => resolve(reasonOf(stderr, signal ?? `exit code ${code}`)))
  })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()

  return {
    peakMb: () => peakMb,
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`)
      let timer
      const late = new Promise((resolve) => {
        timer = setTimeout(() => resolve(`not done after ${timeoutSeconds} s`), timeoutSeconds * 1000)
      })
      const answered = answers.next().then(({ value, done }) => (done ? ended : JSON.parse(value)))
      const answer = await Promise.race([answered, late])
      clearTimeout(timer)
      if (typeof answer === 'string') child.kill('SIGKILL')
      if (typeof answer === 'string' || answer.error)
        throw new Error(reasonOf(answer.error ?? answer, answer.error ?? answer))
      return answer
    },
    async stop() {
      child.stdin.end()
      await ended
    },
  }
}

function limited(command, megabytes) {
  const kilobytes = Math.round((megabytes * 1e6) / 1024)
  return process.platform === 'win32'
    ? command
    : ['sh', '-c', `ulimit -d ${kilobytes} && exec "$@"`, 'sh', ...command]
}

function residentPeak(pid) {
  try {
    const kilobytes = Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmHWM:\s+(\d+)/m)?.[1])
    return Number.isFinite(kilobytes) ? (kilobytes * 1024) / 1e6 : undefined
  } catch {
    return undefined
  }
}

/** What failed allocations say in C++, in ONNX Runtime, in V8 and in Python. */
const outOfMemory = /bad_alloc|fail(?:ed)? to allocate|out of memory|allocation failed|MemoryError|SIGKILL/i

function reasonOf(message, otherwise) {
  return outOfMemory.test(`${message} ${otherwise}`) ? 'out of memory' : String(otherwise).split('\n')[0]
}
