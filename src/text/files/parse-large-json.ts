/** Parses many megabytes of JSON in steps, such as a tokenizer.json with hundreds of thousands of tokens. */

import type { Steps } from '../../async/steps.js'

/** Number of characters parsed in one step, which takes a few milliseconds. */
const charactersPerSlice = 128 * 1024

/** Maximum depth at which arrays and objects are cut: it includes `model.vocab` and `model.merges`. */
const maxCutDepth = 3

interface Container {
  readonly start: number
  /** Positions of the commas at which it is cut. */
  readonly cuts: number[]
  /** The path to it: keys of objects and indices of arrays. */
  readonly path: readonly (string | number)[]
  entries: number
}

/**
 * Returns the same as `JSON.parse`. It cuts large arrays and objects between their entries and parses slice by slice.
 *
 * @throws {SyntaxError} when the text is not JSON.
 */
export function* parseLargeJson(text: string): Steps<unknown> {
  const large: (Container & { readonly end: number })[] = []
  for (const container of yield* scan(text)) large.push(container)
  if (large.length === 0) return JSON.parse(text)

  // The outline has an empty array or object in place of each large one.
  let outline = ''
  let done = 0
  for (const { start, end } of large) {
    outline += text.slice(done, start + 1)
    done = end
  }
  const root: unknown = JSON.parse(outline + text.slice(done))
  for (const { start, end, cuts, path } of large) {
    const target = path.reduce((value, key) => (value as Record<string, unknown>)[key], root)
    const [open, close] = Array.isArray(target) ? '[]' : '{}'
    for (const [index, cut] of [start, ...cuts].entries()) {
      yield
      const slice: unknown = JSON.parse(open + text.slice(cut + 1, cuts[index] ?? end) + close)
      const entries: unknown[] = Array.isArray(slice) ? slice : Object.keys(slice as object)
      // An empty slice means that a comma has no entry before or after it.
      if (entries.length === 0) throw new SyntaxError(`Unexpected end of entries in JSON at position ${cut}`)
      if (Array.isArray(target)) for (const entry of entries) target.push(entry)
      else
        for (const key of entries as string[])
          define(target as object, key, (slice as Record<string, unknown>)[key])
    }
  }
  return root
}

/** Sets a property; `__proto__` becomes an ordinary property, as in `JSON.parse`. */
function define(target: object, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
  else (target as Record<string, unknown>)[key] = value
}

/** Finds the arrays and objects to cut: longer than a slice, not too deep, and not within one another. */
function* scan(text: string): Steps<(Container & { readonly end: number })[]> {
  const found: (Container & { readonly end: number })[] = []
  const open: Container[] = []
  let depth = 0
  let lastString: readonly [start: number, end: number] = [0, 0]
  let key = ''
  let next = charactersPerSlice
  for (let at = 0; at < text.length; at++) {
    if (at > next) {
      yield
      next = at + charactersPerSlice
    }
    const character = text.charCodeAt(at)
    // Skip digits, letters and other characters without a meaning for the structure.
    if (character > comma && character !== colon && character < openList) continue
    const top = depth === open.length ? open[depth - 1] : undefined
    switch (character) {
      case quote: {
        const end = endOfString(text, at)
        lastString = [at, end + 1]
        at = end
        break
      }
      case colon:
        if (top) key = text.slice(...lastString)
        break
      case comma:
        if (!top) break
        top.entries++
        if (at - (top.cuts.at(-1) ?? top.start) > charactersPerSlice) top.cuts.push(at)
        break
      case openList:
      case openObject:
        if (depth === open.length && depth < maxCutDepth) {
          const isInList = top !== undefined && text.charCodeAt(top.start) === openList
          const step = top && (isInList ? top.entries : (JSON.parse(key) as string))
          open.push({ start: at, cuts: [], path: step === undefined ? [] : [...top!.path, step], entries: 0 })
        }
        depth++
        break
      case closeList:
      case closeObject:
        depth--
        if (depth >= 0 && depth < open.length) {
          const container = open.pop()!
          // A container that contains a large one is not cut itself.
          const holdsNoOther = found.every(({ start }) => start < container.start)
          if (container.cuts.length > 0 && holdsNoOther) found.push({ ...container, end: at })
        }
    }
  }
  return found
}

const [quote, colon, comma, openList, closeList, openObject, closeObject] = [...'":,[]{}'].map((character) =>
  character.charCodeAt(0),
) as [number, number, number, number, number, number, number]

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0
    while (text[end - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return end
  }
  return text.length
}
