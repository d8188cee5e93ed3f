/** The version of the package. */

import { readFileSync } from 'node:fs'

/** Reads the package.json that is two folders above, both in the sources and in the build. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return version
}
