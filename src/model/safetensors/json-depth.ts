/** How deep JSON text goes, told before it is parsed: parsers and printers of deep JSON run out of stack. */

/** Whether lists and objects stand deeper in each other than `limit`; counted without building any of them. */
export function isDeeperThan(json: Uint8Array, limit: number): boolean {
  let depth = 0
  let inString = false
  for (let i = 0; i < json.length; i++) {
    const character = json[i]
    if (inString) {
      if (character === 0x5c)
        i++ // a backslash: what follows it ends no string
      else if (character === 0x22) inString = false
    } else if (character === 0x22) inString = true
    else if (character === 0x7b || character === 0x5b) {
      if (++depth > limit) return true
    } else if (character === 0x7d || character === 0x5d) depth--
  }
  return false
}
