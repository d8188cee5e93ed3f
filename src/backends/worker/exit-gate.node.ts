/**
 * Lets a thread finish the call into ONNX Runtime that it is in before its process exits: `process.exit()` ends threads
 * wherever they are, and onnxruntime-node, on its way back from such a call, would abort the process.
 */

import { createSerialRunner } from '../../async/serial-runner.js'
import type { Backend } from '../backend.js'

/** Memory that both threads see: whether a call runs, and whether no more may start. */
export type ExitGate = Int32Array<SharedArrayBuffer>

const [running, closed] = [0, 1]

/**
 * The longest an exit waits. A batch takes a quarter of a second (512 tokens of BERT-base), the largest that memory holds
 * far less than this; a thread that ran out of memory in mid-call never says that it has ended.
 */
const longestWaitMs = 30_000

export function createExitGate(): ExitGate {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT))
}

/** In the thread that exits: returns, without a turn of the event loop, once the other is in no call. */
export function closeExitGate(gate: ExitGate): void {
  Atomics.store(gate, closed, 1)
  Atomics.wait(gate, running, 1, longestWaitMs)
}

/** In the thread that calls: a backend whose calls pass through the gate, one after the other. */
export function gatedBackend(backend: Backend, gate: ExitGate): Backend {
  return {
    name: backend.name,
    async createSession(model, options) {
      const session = await pass(gate, () => backend.createSession(model, options))
      const inTurn = createSerialRunner()
      return {
        ...session,
        run: (inputs, outputs) => inTurn(() => pass(gate, () => session.run(inputs, outputs))),
      }
    },
  }
}

async function pass<T>(gate: ExitGate, call: () => Promise<T>): Promise<T> {
  // In this order, and the other way round in closeExitGate: one of the two threads always sees the other.
  Atomics.store(gate, running, 1)
  try {
    if (Atomics.load(gate, closed) === 0) return await call()
  } finally {
    Atomics.store(gate, running, 0)
    Atomics.notify(gate, running)
  }
  return new Promise(() => {}) // the process is about to exit
}
