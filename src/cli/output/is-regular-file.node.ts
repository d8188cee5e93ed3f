/** Tells files from pipes and devices. */

import { statSync } from 'node:fs'

/** Whether the path is a file, or could become one. Devices and named pipes cannot be renamed or continued. */
export function isRegularFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? true
}
