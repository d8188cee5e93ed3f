/** Colours for the terminal that a stream writes to, and none for a pipe or a file. */

import type { WriteStream } from 'node:tty'
import pc from 'picocolors'

/** picocolors' own default also colours pipes where the variable CI is set. `hasColors` reads NO_COLOR, FORCE_COLOR and TERM. */
export function colorsOf(stream: WriteStream): ReturnType<typeof pc.createColors> {
  return pc.createColors(stream.isTTY === true && stream.hasColors())
}
