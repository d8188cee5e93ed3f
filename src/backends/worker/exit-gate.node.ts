/**
 * Makes `process.exit()` wait until a worker thread has finished its current call into ONNX Runtime. Without this, the
 * thread ends in the middle of the call, and onnxruntime-node aborts the process when the call returns.
 */

import { createSerialRunner } from '../../async/serial-runner.js'
import type { Backend } from '../backend.js'

/** Memory shared by both threads: one flag for a running call, one for a closed gate, after which no call may start. */
export type ExitGate = Int32Array<SharedArrayBuffer>

const [running, closed] = [0, 1]

/**
 * Maximum time that an exit waits. A batch of 512 tokens takes a quarter of a second in BERT-base, and even the largest
 * batch that fits into memory takes far less than this limit. The limit is needed because a thread that ran out of
 * memory never clears its flag.
 */
const maxWaitMs = 30_000

export function createExitGate(): ExitGate {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT))
}

/** Called in the thread that exits. Blocks until the other thread's call has ended. */
export function closeExitGate(gate: ExitGate): void {
  Atomics.store(gate, closed, 1)
  Atomics.wait(gate, running, 1, maxWaitMs)
}

/** Used in the worker thread. Creates a backend whose calls pass through the gate, one at a time. */
export function gatedBackend(backend: Backend, gate: ExitGate): Backend {
  return {
    name: backend.name,
    async createSession(model, options) {
      const session = await passGate(gate, () => backend.createSession(model, options))
      // The gate has one flag, so runs may not overlap. createOrtSession queues runs too, for use without a gate.
      const inTurn = createSerialRunner()
      return {
        ...session,
        run: (inputs, outputs) => inTurn(() => passGate(gate, () => session.run(inputs, outputs))),
      }
    },
  }
}

async function passGate<T>(gate: ExitGate, call: () => Promise<T>): Promise<T> {
  // The order matters: this sets `running`, then reads `closed`; closeExitGate sets `closed`, then reads `running`. So
  // at least one of the two threads sees that the other has set its flag.
  Atomics.store(gate, running, 1)
  try {
    if (Atomics.load(gate, closed) === 0) return await call()
  } finally {
    Atomics.store(gate, running, 0)
    Atomics.notify(gate, running)
  }
  return new Promise(() => {}) // the process is about to exit
}
