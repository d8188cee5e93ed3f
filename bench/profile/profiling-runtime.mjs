/** onnxruntime-node with its profiler on, and a reader for the profile. */

import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Returns the module for a backend's `ort`, and a function that ends profiling and returns the file. */
export async function profilingRuntime(prefix) {
  const runtime = await import('onnxruntime-node').then((module) => module.default ?? module)
  const sessions = []
  const InferenceSession = {
    async create(model, options) {
      const session = await runtime.InferenceSession.create(model, {
        ...options,
        enableProfiling: true,
        profileFilePrefix: prefix,
      })
      sessions.push(session)
      return session
    },
  }
  return {
    ort: { ...runtime, InferenceSession },
    endProfiling() {
      if (sessions.length !== 1) throw new Error(`${sessions.length} sessions were created, not one.`)
      sessions[0].endProfiling()
      // ONNX Runtime appends the time to the name.
      const name = readdirSync(dirname(prefix)).find((file) => file.startsWith(basename(prefix)))
      return join(dirname(prefix), name)
    },
  }
}

/**
 * Returns the operators of the last `runs` runs, sorted by time, with counts and times per run. The rest of a run's time is
 * spent between operators.
 */
export function shareByOperator(events, { runs }) {
  const modelRuns = events.filter(({ cat, name }) => cat === 'Session' && name === 'model_run')
  const counted = modelRuns.sort((a, b) => a.ts - b.ts).slice(-runs)
  const runMs = counted.reduce((sum, { dur }) => sum + dur, 0) / 1000 / runs
  const byName = new Map()
  for (const { cat, name, ts, dur, args } of events) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time') || ts < counted[0].ts) continue
    const operator = byName.get(args.op_name) ?? { name: args.op_name, count: 0, ms: 0 }
    operator.count += 1 / runs
    operator.ms += dur / 1000 / runs
    byName.set(args.op_name, operator)
  }
  const operators = [...byName.values()].map((operator) => ({ ...operator, share: operator.ms / runMs }))
  return { operators: operators.sort((a, b) => b.ms - a.ms), runMs }
}
