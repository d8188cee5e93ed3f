/** Shows a model's download as progress bars, one for each large file. */

import process from 'node:process'
import cliProgress from 'cli-progress'
import type { DownloadProgress } from '../../index.node.js'

interface DownloadBars extends Disposable {
  readonly show: (progress: DownloadProgress) => void
}

/** Smaller files are downloaded before a bar could be read. */
const minBytes = 1_000_000

/** Shows nothing unless stderr is a terminal. */
export function createDownloadBars(): DownloadBars {
  const bars = new Map<string, cliProgress.SingleBar>()
  let multibar: cliProgress.MultiBar | undefined
  return {
    show({ file, loadedBytes, totalBytes }) {
      if (!process.stderr.isTTY || totalBytes === undefined || totalBytes < minBytes) return
      multibar ??= new cliProgress.MultiBar(barOptions, cliProgress.Presets.shades_grey)
      const bar =
        bars.get(file) ?? multibar.create(totalBytes, 0, { file, size: Math.round(totalBytes / 1e6) })
      bars.set(file, bar)
      bar.update(loadedBytes)
    },
    [Symbol.dispose]: () => multibar?.stop(),
  }
}

const barOptions: cliProgress.Options = {
  format: '{file} {bar} {percentage} % of {size} MB, {eta_formatted} left',
  stream: process.stderr,
  hideCursor: true,
}
