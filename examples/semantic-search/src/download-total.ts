/** Combines the progress of several files, some of which load at the same time, into one. */

import type { DownloadProgress } from 'bert-embed'
import type { Progress } from './passage-index.js'

/** Returns a function that takes the progress of each file and returns that of all files so far. */
export function downloadTotal(): (progress: DownloadProgress) => Progress {
  const files = new Map<string, DownloadProgress>()
  return (progress) => {
    files.set(progress.file, progress)
    const loaded = sum(files, ({ loadedBytes }) => loadedBytes)
    // NaN if a server does not send a file's length, as with compressed responses.
    const total = sum(files, ({ totalBytes }) => totalBytes ?? Number.NaN)
    if (loaded === total) return { label: 'Starting the model', share: undefined }
    return Number.isNaN(total)
      ? { label: `Downloading the model: ${megabytes(loaded)} MB`, share: undefined }
      : {
          label: `Downloading the model: ${megabytes(loaded)} of ${megabytes(total)} MB`,
          share: loaded / total,
        }
  }
}

function sum(
  files: ReadonlyMap<string, DownloadProgress>,
  bytesOf: (file: DownloadProgress) => number,
): number {
  return Array.from(files.values(), bytesOf).reduce((total, bytes) => total + bytes, 0)
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
