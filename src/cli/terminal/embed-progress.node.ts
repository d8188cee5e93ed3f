/** Shows how many texts are embedded, how fast, and how much time is left. */

import process from 'node:process'
import cliProgress from 'cli-progress'

export interface EmbedProgress extends Disposable {
  /** @param position How far the input has been read, in the unit of its size. */
  show(rowCount: number, position: number): void
}

/** Shows nothing unless stderr is a terminal. @param size The input's length; `undefined` if it is not known. */
export function createEmbedProgress(size: number | undefined): EmbedProgress {
  if (!process.stderr.isTTY) return { show() {}, [Symbol.dispose]() {} }
  const rate = createRate()
  const format = size === undefined ? rates : `{bar} {percentage} % ${rates}, {eta_formatted} left`
  const options = { format, stream: process.stderr, hideCursor: true, etaBuffer: 1000 }
  const bar = new cliProgress.SingleBar(options, cliProgress.Presets.shades_grey)
  let isStarted = false
  return {
    show(rowCount, position) {
      const numbers = { texts: rowCount.toLocaleString('en'), rate: rate(rowCount) }
      // A run that goes on begins where the one before ended: the time left depends on what is new.
      if (!isStarted) bar.start(size ?? 0, position, numbers)
      else bar.update(position, numbers)
      isStarted = true
    },
    [Symbol.dispose]: () => bar.stop(),
  }
}

const rates = '{texts} texts, {rate} texts/s'

/** Returns a function that returns the number of texts per second since its first call. */
function createRate(): (count: number) => string {
  let start: { readonly time: number; readonly count: number } | undefined
  return (count) => {
    start ??= { time: performance.now(), count }
    const seconds = (performance.now() - start.time) / 1000
    return seconds === 0 ? '...' : Math.round((count - start.count) / seconds).toLocaleString('en')
  }
}
