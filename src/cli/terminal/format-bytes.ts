/** Prints a number of bytes, aligned for a table. */
export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return '?'.padStart(9)
  const text = bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} KB` : `${(bytes / 1e6).toFixed(1)} MB`
  return text.padStart(9)
}
