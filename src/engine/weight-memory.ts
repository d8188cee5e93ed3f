/** Assigns addresses to the weights of a plan. */

import type { Weights } from '../model/weights.js'
import { int8PanelBytes } from './panels.js'
import type { ParameterForm, Plan, PlannedConstant, PlannedParameter } from './plan.js'

/** Address of the first weight. The memory before it is for the threads (`threads.ts`). */
const weightsStart = 1024

export interface WeightMemory {
  /** Plans to load a parameter, once for each name. Returns its address. */
  add(name: string, shape: readonly number[], form: ParameterForm): number
  addConstant(values: Float32Array): number
  /** Returns the address of zeros: a bias for a module without one. */
  zeros(count: number): number
  finish(): Pick<Plan, 'parameters' | 'constants' | 'weightsEnd'>
}

/** Assigns addresses to parameters and constants. Each begins at a multiple of 64, with room for reading beyond it. */
export function createWeightMemory(weights: Weights): WeightMemory {
  const parameters = new Map<string, PlannedParameter>()
  const constants: PlannedConstant[] = []
  const zeros = new Map<number, number>()
  let end = weightsStart
  function allocate(bytes: number): number {
    const address = end
    end = Math.ceil((end + bytes + slackBytes) / 64) * 64
    return address
  }
  return {
    add(name, shape, form) {
      const known = parameters.get(name)
      if (known) return known.address
      const tensor = weights.get(name, shape)
      const address = allocate(bytesOf(form, shape))
      parameters.set(name, { address, form, tensor })
      return address
    },
    addConstant(values) {
      const address = allocate(values.byteLength)
      constants.push({ address, values })
      return address
    },
    zeros(count) {
      // New memory is 0.
      const address = zeros.get(count) ?? allocate(4 * Math.ceil(count / 8) * 8)
      zeros.set(count, address)
      return address
    },
    finish: () => ({ parameters: [...parameters.values()], constants, weightsEnd: end }),
  }
}

/** Number of bytes that kernels may read or write behind a parameter, see `packing.ts`. */
const slackBytes = 128

function bytesOf(form: ParameterForm, shape: readonly number[]): number {
  const [rows = 1, width = 1] = shape
  switch (form.type) {
    case 'panels':
      return Math.ceil(rows / 8) * 8 * width * 4
    case 'int8Panels':
      return Math.ceil(rows / 8) * int8PanelBytes(width)
    case 'floats':
      return 4 * rows * width
    case 'int8':
      return rows * width
    case 'distances':
      return 4 * width * (2 * form.maxTokens - 1)
  }
}
