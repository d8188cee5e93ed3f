/** Starts a program of the example as a process, and keeps what it prints. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('..', import.meta.url))

export function startProgram(name, args, env = {}) {
  const child = spawn(process.execPath, [name, ...args], { cwd: folder, env: { ...process.env, ...env } })
  const ended = once(child, 'exit')
  const program = {
    output: '',
    kill: (signal) => child.kill(signal),
    ended,
    /** Waits until the output matches. Fails with the output if the program ends before. */
    async prints(pattern) {
      for (;;) {
        const match = program.output.match(pattern)
        if (match) return match
        const [code] = await Promise.race([once(child, 'output'), ended])
        if (code !== undefined && !pattern.test(program.output))
          throw new Error(`${name} ended with ${code}:\n${program.output}`)
      }
    },
  }
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes) => {
      program.output += bytes
      child.emit('output')
    })
  return program
}
