/** Creates a folder and its parents. */

import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Does nothing if the folder exists. With Node's own option `recursive`, `mkdir` never ends in /proc. */
export async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return
  if (dirname(path) !== path) await makeFolder(dirname(path))
  await mkdir(path).catch(async (error) => {
    if (!(await isFolder(path))) throw error // another process may have created it
  })
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}
