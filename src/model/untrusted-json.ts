/** What it takes to look at JSON that may have been written to do harm. */

import { describe } from '../errors.js'

/** An object with fields: neither null nor a list. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

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

/** A JSON value for a message, short whatever it is: a file can set an object's `constructor` to anything. */
export function shown(value: unknown): string {
  if (Array.isArray(value) && value.length <= 8 && value.every((item) => typeof item === 'number'))
    return `[${value.join(', ')}]`
  return isJsonObject(value) ? 'an object' : describe(value)
}
