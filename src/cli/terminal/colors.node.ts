/** Colours for the terminal that a stream writes to, and for a pipe or a file only where FORCE_COLOR asks for them. */

import { env } from 'node:process'
import { WriteStream } from 'node:tty'
import pc from 'picocolors'

/** picocolors' own default also colours pipes where the variable CI is set. `hasColors` reads NO_COLOR, FORCE_COLOR and TERM. */
export function colorsOf(stream: WriteStream): ReturnType<typeof pc.createColors> {
  // A pipe has no `hasColors`. The method reads the environment alone.
  return pc.createColors((stream.isTTY || Boolean(env.FORCE_COLOR)) && WriteStream.prototype.hasColors())
}
