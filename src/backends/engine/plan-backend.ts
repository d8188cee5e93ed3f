/** The part of the engine's backend that is the same in every runtime. */

import { BertEmbedError, describe } from '../../errors.js'
import type { Backend } from '../backend.js'
import { checkThreads } from '../backend-options.js'
import { engineName } from './engine-name.js'

/**
 * Number of tokens per batch. Rows have no padding, so a larger batch saves nothing, and a smaller one has less work for
 * each message.
 */
const engineBatchTokens = 256

/** Makes a backend of what loads plans, and checks the options of its sessions. */
export function planBackend(
  backend: Pick<Required<Backend>, 'createSession' | 'createPlanSession'>,
): Required<Backend> {
  return {
    ...backend,
    name: engineName,
    batchTokens: () => engineBatchTokens,
    takesPlans: () => true,
    async createPlanSession(model, options = {}) {
      checkDevice(options.device)
      checkThreads(options.threads)
      return backend.createPlanSession(model, options)
    },
  }
}

function checkDevice(device = 'wasm'): void {
  if (device === 'wasm') return
  throw new BertEmbedError(
    'UNSUPPORTED_DEVICE',
    `${engineName} has no device ${describe(device)}; it has "wasm".`,
  )
}
