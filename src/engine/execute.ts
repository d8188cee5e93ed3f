/** Executes the steps of a plan on one thread, for its part of the rows or of the columns. */

import { panelWidth } from './kernels/tile.js'
import type { Plan, RowsRef, Step, TableIndex } from './plan.js'

/** The exports of the kernels' module. Addresses, counts and strides are in bytes or rows, see `kernels/`. */
export type Kernels = Readonly<Record<string, (...args: number[]) => void>>

/** One run of a plan, as all threads know it. */
export interface Job {
  readonly rowCount: number
  /** The rows of each text: start, rows, firstKey, keys. */
  readonly texts: Int32Array
  /** Address of the first row of each slot. */
  readonly slots: readonly number[]
  /** Address of the numbers that select rows of tables. */
  readonly indices: Readonly<Record<TableIndex, number>>
  /** Address of the memory for attention. Each thread has a part of this many bytes. */
  readonly scratch: number
  readonly scratchBytes: number
  /**
   * How threads share the work. With `rows`, each computes all layers for some rows, and they wait for each other only
   * before attention. With `columns`, each computes some outputs of every step for all rows: a few rows would not fill
   * the tiles of several threads, and all threads would read all weights.
   */
  readonly split: 'rows' | 'columns'
}

export interface Thread {
  readonly index: number
  readonly count: number
  /** Waits until all threads have called it. */
  barrier(): void
}

export function execute(plan: Plan, kernels: Kernels, job: Job, thread: Thread): void {
  const all = { rows: [0, job.rowCount] as const, part: [0, 1] as const }
  const byRows = rowsOf(job.rowCount, thread)
  const share = [thread.index, thread.count] as const
  for (const step of plan.steps) {
    if (job.split === 'rows') {
      if (step.type === 'attention' && thread.count > 1) thread.barrier()
      run(step, { ...all, rows: byRows })
    } else {
      run(
        step,
        isDividedByColumns(step) ? { ...all, part: share } : { ...all, rows: rowsOf(job.rowCount, thread) },
      )
      if (thread.count > 1) thread.barrier()
    }
  }

  function run(step: Step, range: Range): void {
    if (range.rows[0] < range.rows[1]) runStep(step, { plan, kernels, job, thread }, range)
  }
}

/** What to compute of a step. */
interface Range {
  readonly rows: readonly [start: number, end: number]
  /** This of so many parts of the columns: panels of a matrix, heads of attention. */
  readonly part: readonly [index: number, count: number]
}

function isDividedByColumns({ type }: Step): boolean {
  return type === 'linear' || type === 'linearInt8' || type === 'attention'
}

/** Divides rows among threads in multiples of the largest tile, 6 rows. */
function rowsOf(rowCount: number, { index, count }: Thread): readonly [number, number] {
  const each = Math.ceil(rowCount / count / 6) * 6
  return [Math.min(rowCount, index * each), Math.min(rowCount, (index + 1) * each)]
}

function partOf(total: number, [index, count]: Range['part']): readonly [number, number] {
  return [Math.floor((total * index) / count), Math.floor((total * (index + 1)) / count)]
}

interface Context {
  readonly plan: Plan
  readonly kernels: Kernels
  readonly job: Job
  readonly thread: Thread
}

function runStep(step: Step, context: Context, { rows: [start, end], part }: Range): void {
  const { plan, kernels, job } = context
  const rows = end - start
  const at = ({ value, offset, stride }: RowsRef) => job.slots[plan.slotOf[value]!]! + offset + start * stride
  const { output } = step
  switch (step.type) {
    case 'embeddings':
      for (const [number, { address, scales, index }] of step.tables.entries()) {
        const ids = job.indices[index] + 4 * start
        const common = [
          address,
          ids,
          rows,
          step.width,
          at(output),
          output.stride,
          Math.min(number, 1),
        ] as const
        if (scales === undefined) kernels.look_up!(...common)
        else kernels.look_up_int8!(...common, scales)
      }
      break
    case 'linear':
    case 'linearInt8': {
      const { input, from, weight, residual, activation } = step
      const [first, last] = partOf(Math.ceil(step.to / panelWidth), part)
      if (first === last) break
      const column = first * 4 * panelWidth
      const result = [
        step.bias + column,
        at(output) + column,
        output.stride,
        activation,
        residual ? at(residual) + column : 0,
        residual ? residual.stride : 0,
      ] as const
      if (step.type === 'linear') {
        const panels = weight + column * from
        kernels.linear!(at(input), input.stride, rows, from, panels, last - first, ...result)
        break
      }
      const pairs = Math.ceil(from / 2)
      kernels.linear_int8!(
        ...[at(input), input.stride, rows, pairs],
        ...[weight + first * 2 * panelWidth * pairs, step.scales + column, last - first],
        ...result,
      )
      break
    }
    case 'quantize':
      kernels.quantize!(
        ...[at(step.input), step.input.stride, rows, step.width, step.largest, at(output), output.stride],
      )
      break
    case 'layerNorm': {
      const { input, width, weight, bias, epsilon } = step
      kernels.layer_norm!(
        at(input),
        input.stride,
        rows,
        width,
        weight,
        bias,
        epsilon,
        at(output),
        output.stride,
      )
      break
    }
    case 'attention':
      attend(step, context, [start, end], part)
      break
    case 'rotate': {
      const { input, heads, half, cos, sin } = step
      const positions = job.indices.position + 4 * start
      kernels.rotate!(
        at(input),
        input.stride,
        rows,
        heads,
        half,
        positions,
        cos,
        sin,
        at(output),
        output.stride,
      )
      break
    }
    case 'add':
    case 'multiply': {
      const [a, b] = step.inputs
      kernels[step.type]!(at(a), a.stride, at(b), b.stride, rows, step.width, at(output), output.stride)
      break
    }
    case 'activation': {
      const { input, width, activation } = step
      kernels.copy!(at(input), input.stride, rows, width, at(output), output.stride)
      kernels.activate!(activation, at(output), output.stride, rows, Math.ceil(width / 4) * 16)
    }
  }
}

/** Attention of all texts, or of their part between two rows. */
function attend(
  step: Step & { type: 'attention' },
  { plan, kernels, job, thread }: Context,
  [start, end]: readonly [number, number],
  part: Range['part'],
): void {
  const { query, key, value, output, heads, headSize, bias, maxTokens } = step
  const [firstHead, lastHead] = partOf(heads, part)
  const panels = job.scratch + thread.index * job.scratchBytes
  const scale = 1 / Math.sqrt(headSize)
  for (let text = 0; text < job.texts.length; text += 4) {
    const [textStart, textRows, firstKey, keys] = job.texts.subarray(text, text + 4) as unknown as [
      number,
      number,
      number,
      number,
    ]
    const [first, last] = [Math.max(start, textStart), Math.min(end, textStart + textRows)]
    if (first >= last) continue
    const panelBytes = Math.ceil(keys / panelWidth) * panelWidth * headSize * 4 + packSlack
    for (let head = firstHead; head < lastHead; head++) {
      const at = ({ value: id, offset, stride }: RowsRef, row: number) =>
        job.slots[plan.slotOf[id]!]! + offset + row * stride + 4 * headSize * head
      const keyRow = textStart + firstKey
      if (keys > 0) kernels.pack!(at(key, keyRow), key.stride, keys, headSize, scale, panels)
      kernels.attend!(
        ...[at(query, first), query.stride, last - first, first - keyRow, panels, keys],
        ...[at(value, keyRow), value.stride, headSize, step.window],
        bias === 0 ? 0 : bias + 4 * (head * (2 * maxTokens - 1) + maxTokens - 1),
        ...[panels + panelBytes, at(output, first), output.stride],
      )
    }
  }
}

/** Number of bytes that `pack` may write behind the last panel. */
const packSlack = 96

/** Number of bytes that attention needs for a text of this many keys. */
export function attentionBytes(keys: number, headSize: number): number {
  const padded = Math.ceil(keys / panelWidth) * panelWidth
  return padded * headSize * 4 + packSlack + 4 * (24 * padded + 72) + 64
}
