/** Where things lie in memory during a run: everything behind the weights. All threads compute the same addresses. */

import { attentionBytes } from './execute.js'
import { type Plan, type TableIndex, tableIndices } from './plan.js'

export interface RunSize {
  /** Address of the first byte. @default behind the weights */
  readonly start?: number | undefined
  readonly rowCount: number
  readonly textCount: number
  /** Number of rows of the longest text. */
  readonly longest: number
  readonly threads: number
}

export interface MemoryLayout {
  /** int32 [texts][4], see `Job.texts` */
  readonly texts: number
  /** int32 [rows] each */
  readonly indices: Readonly<Record<TableIndex, number>>
  /** The first row of each slot. */
  readonly slots: readonly number[]
  readonly scratch: number
  readonly scratchBytes: number
  /** Pooling: the weights of a text's tokens, float32. */
  readonly weights: number
  /** Pooling: a vector. */
  readonly pooled: number
  readonly end: number
}

/** Number of bytes that kernels may read behind the rows of a slot: the tile of a head that is narrower than 8 columns. */
const slackBytes = 64

export function layOutMemory(
  plan: Plan,
  { start = plan.weightsEnd, rowCount, textCount, longest, threads }: RunSize,
): MemoryLayout {
  let end = start
  const take = (bytes: number) => {
    const address = end
    end = Math.ceil((end + bytes + slackBytes) / 64) * 64
    return address
  }
  const headSizes = plan.steps.flatMap((step) => (step.type === 'attention' ? [step.headSize] : []))
  const scratchBytes = Math.ceil(attentionBytes(longest, Math.max(0, ...headSizes)) / 64) * 64
  return {
    texts: take(16 * textCount),
    indices: Object.fromEntries(tableIndices.map((index) => [index, take(4 * rowCount)])) as Record<
      TableIndex,
      number
    >,
    slots: plan.slots.map((bytes) => take(bytes * rowCount)),
    scratch: take(scratchBytes * threads),
    scratchBytes,
    weights: take(4 * longest),
    pooled: take(Math.ceil(plan.hiddenSize / 8) * 32),
    end,
  }
}
