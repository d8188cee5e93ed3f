/** Runs a measured process. Requests are lines of JSON. The process is ended if it takes too long or too much memory. */

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** Characters of stderr that are kept, to report why a process ended. */
const stderrCharacters = 4000

/** Interval for sampling a process's memory. A process that ran out of memory cannot report it itself. */
const samplingMs = 200

/** Running processes. They are ended when this process ends. */
const running = new Set()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))

/**
 * Starts `command`, a list of strings. `memoryLimitMb` limits its allocations (Linux only).
 *
 * `ask` resolves to the answer to a request. It rejects if the answer is an error, if the process ends, or after
 * `timeoutSeconds`, when the process is ended. `peakMb` is the peak of its sampled resident memory (Linux only).
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
  child.stdin.on('error', () => {}) // The process has ended. Pending requests are rejected below.
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

/** Messages of failed allocations in C++, ONNX Runtime, V8 and Python. */
const outOfMemory = /bad_alloc|fail(?:ed)? to allocate|out of memory|allocation failed|MemoryError|SIGKILL/i

function reasonOf(message, otherwise) {
  return outOfMemory.test(`${message} ${otherwise}`) ? 'out of memory' : String(otherwise).split('\n')[0]
}
