/** Assigns the intermediate values of a plan to slots of memory, so that memory is reused as soon as possible. */

import type { Plan, RowsRef, Step } from './plan.js'

export interface SlotOptions {
  readonly steps: readonly Step[]
  /** Number of bytes per row of each value. */
  readonly rowBytes: readonly number[]
  readonly output: RowsRef
}

/**
 * A value's slot is free after the step that reads it last. Keys and values of attention are read by all threads: their
 * slot is free after the next attention, before which all threads wait for each other.
 *
 * Only values of the same size share a slot. A row of a slot then always belongs to the same token, and threads that
 * compute different tokens never meet.
 */
export function assignSlots({ steps, rowBytes, output }: SlotOptions): Pick<Plan, 'slotOf' | 'slots'> {
  const lastRead = lastReads(steps, rowBytes.length)
  lastRead[output.value] = steps.length
  const slotOf = new Array<number>(rowBytes.length).fill(-1)
  const slots: number[] = []
  const free = new Set<number>()
  for (const [index, step] of steps.entries()) {
    const { value } = step.output
    const bytes = rowBytes[value]!
    const slot = [...free].find((each) => slots[each] === bytes) ?? slots.push(bytes) - 1
    free.delete(slot)
    slotOf[value] = slot
    for (const [read, last] of lastRead.entries()) if (last === index) free.add(slotOf[read]!)
  }
  return { slotOf, slots }
}

/** The last step that needs each value. */
function lastReads(steps: readonly Step[], values: number): number[] {
  const last = new Array<number>(values).fill(-1)
  const attentions = steps.flatMap(({ type }, index) => (type === 'attention' ? [index] : []))
  for (const [index, step] of steps.entries()) {
    for (const { value } of readBy(step)) last[value] = Math.max(last[value]!, index)
    last[step.output.value] = Math.max(last[step.output.value]!, index)
    if (step.type !== 'attention') continue
    const next = attentions.find((other) => other > index) ?? steps.length
    for (const { value } of [step.key, step.value]) last[value] = Math.max(last[value]!, next)
  }
  return last
}

function readBy(step: Step): readonly RowsRef[] {
  switch (step.type) {
    case 'embeddings':
      return []
    case 'linear':
    case 'linearInt8':
      return step.residual ? [step.input, step.residual] : [step.input]
    case 'attention':
      return [step.query, step.key, step.value]
    case 'add':
    case 'multiply':
      return step.inputs
    default:
      return [step.input]
  }
}
