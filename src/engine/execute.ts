/** Executes the steps of a plan on one thread, for its part of the rows or of the columns. */

import { attentionScratchBytes } from './kernels/attention.js'
import { int8PanelBytes, panelWidth, quadsOf } from './panels.js'
import type { Plan, RowsRef, Step, TableIndex } from './plan.js'

/** The exports of the kernels' module (`kernels/module.ts`), where each parameter is described. */
export type Kernels = Readonly<Record<KernelName, (...args: number[]) => void>>

export type KernelName =
  | 'look_up'
  | 'look_up_int8'
  | 'linear'
  | 'linear_int8'
  | 'quantize'
  | 'layer_norm'
  | 'attend'
  | 'rotate'
  | 'add'
  | 'multiply'
  | 'copy'
  | 'activate'
  | 'weighted_sum'
  | 'maximum'
  | 'pack'
  | 'pack_int8'
  | 'widen_float16'
  | 'widen_bfloat16'
  | 'has_infinite'

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
  const allRows = [0, job.rowCount] as const
  const byRows: Range = { rows: rowsOf(job.rowCount, thread), part: [0, 1] }
  const byColumns: Range = { rows: allRows, part: [thread.index, thread.count] }
  const isShared = thread.count > 1
  for (const step of plan.steps) {
    if (job.split === 'rows') {
      if (step.type === 'attention' && isShared) thread.barrier()
      run(step, byRows)
    } else {
      run(step, isDividedByColumns(step) ? byColumns : byRows)
      if (isShared) thread.barrier()
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

/** The largest number of rows of a tile. */
const maxTileRows = 6

/** Divides rows among threads in multiples of the largest tile. */
function rowsOf(rowCount: number, { index, count }: Thread): readonly [number, number] {
  const each = Math.ceil(rowCount / count / maxTileRows) * maxTileRows
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
  /** Address of a value's first row in the range, from a byte of the row on, and the distance of its rows. */
  const at = ({ value, offset, stride }: RowsRef, column = 0) =>
    [job.slots[plan.slotOf[value]!]! + start * stride + offset + column, stride] as const
  const { output } = step
  const { width } = output
  switch (step.type) {
    case 'embeddings':
      for (const [number, { address, scales, index }] of step.tables.entries()) {
        const ids = job.indices[index] + 4 * start
        const adds = Math.min(number, 1)
        if (scales === undefined) kernels.look_up(address, ids, rows, width, ...at(output), adds)
        else kernels.look_up_int8(address, ids, rows, width, ...at(output), adds, scales)
      }
      break
    case 'linear':
    case 'linearInt8': {
      const { input, weight, bias, activation, residual } = step
      const [first, last] = partOf(Math.ceil(width / panelWidth), part)
      if (first === last) break
      const column = first * 4 * panelWidth
      const addend = residual ? at(residual, column) : ([0, 0] as const)
      const result = [bias + column, ...at(output, column), activation, ...addend] as const
      if (step.type === 'linear') {
        const panels = weight + column * input.width
        kernels.linear(...at(input), rows, input.width, panels, last - first, ...result)
      } else {
        const quads = quadsOf(input.width)
        const panels = weight + first * int8PanelBytes(input.width)
        kernels.linear_int8(...at(input), rows, quads, panels, step.scales + column, last - first, ...result)
      }
      break
    }
    case 'quantize':
      kernels.quantize(...at(step.input), rows, width, step.largest, ...at(output))
      break
    case 'layerNorm':
      kernels.layer_norm(...at(step.input), rows, width, step.weight, step.bias, step.epsilon, ...at(output))
      break
    case 'attention':
      attend(step, context, [start, end], part)
      break
    case 'rotate': {
      const { input, headSize, cos, sin } = step
      const positions = job.indices.position + 4 * start
      kernels.rotate(...at(input), rows, width / headSize, headSize / 2, positions, cos, sin, ...at(output))
      break
    }
    case 'add':
    case 'multiply': {
      const [a, b] = step.inputs
      kernels[step.type](...at(a), ...at(b), rows, width, ...at(output))
      break
    }
    case 'activation': {
      kernels.copy(...at(step.input), rows, width, ...at(output))
      kernels.activate(step.activation, ...at(output), rows, Math.ceil(width / 4) * 16)
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
      if (keys > 0) kernels.pack(at(key, keyRow), key.stride, keys, headSize, scale, panels)
      kernels.attend(
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
  return padded * headSize * 4 + packSlack + attentionScratchBytes(keys) + 64
}
