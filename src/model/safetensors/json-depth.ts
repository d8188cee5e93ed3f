/**
 * Measures how deeply JSON is nested before it is parsed: parsers and printers of deeply nested JSON run out of stack.
 */

/** Whether lists and objects are nested deeper than `limit`. Nothing is parsed. */
export function isDeeperThan(json: Uint8Array, limit: number): boolean {
  let depth = 0
  let inString = false
  for (let i = 0; i < json.length; i++) {
    const character = json[i]
    if (inString) {
      if (character === 0x5c)
        i++ // a backslash: the next character does not end the string
      else if (character === 0x22) inString = false
    } else if (character === 0x22) inString = true
    else if (character === 0x7b || character === 0x5b) {
      if (++depth > limit) return true
    } else if (character === 0x7d || character === 0x5d) depth--
  }
  return false
}
