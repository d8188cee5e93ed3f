/**
 * Reads the `js` blocks of a Markdown page as scripts, with the output that the page shows for each block.
 *
 * - A block without an import continues the script of the blocks before it.
 * - A block's output is the next fenced block below the same heading, if that is a `text` block. `python` blocks may
 *   stand between, because they print the same.
 * - Only blocks that begin with "```js" alone are run. Code of other libraries begins with "```js no-test".
 */

export interface DocumentedBlock {
  readonly source: string
  /** What the block has to print; `undefined` if the page does not show it. */
  readonly output: string | undefined
}

/** Blocks of a page that run one after the other in one process. */
export interface DocumentedScript {
  /** The page, and the number of the script's first block. */
  readonly name: string
  readonly blocks: readonly DocumentedBlock[]
}

/** Printed between the outputs of two blocks. */
const separator = '--- next block ---'

export function scriptsOf(page: string, markdown: string): DocumentedScript[] {
  const blocks = blocksOf(markdown)
  const starts = blocks.flatMap(({ source }, index) =>
    index === 0 || /^import /m.test(source) ? [index] : [],
  )
  return starts.map((start, i) => ({
    name: `${page}, block ${start}`,
    blocks: blocks.slice(start, starts[i + 1]),
  }))
}

export function sourceOf({ blocks }: DocumentedScript): string {
  return blocks.map(({ source }) => source).join(`console.log('${separator}')\n`)
}

/** The page's outputs, and what the script printed in their place. Both are comparable: see {@link asShown}. */
export function compareOutputs({ blocks }: DocumentedScript, stdout: string) {
  const printed = stdout.split(`${separator}\n`)
  const shown = blocks.flatMap(({ output }, index) => (output === undefined ? [] : [{ output, index }]))
  return {
    shown: shown.map(({ output }) => linesOf(output)),
    printed: shown.map(({ output, index }) => linesOf(asShown(printed[index] ?? '', output))),
  }
}

function blocksOf(markdown: string): DocumentedBlock[] {
  const blocks: DocumentedBlock[] = []
  let waiting: string | undefined
  const close = (output?: string) => {
    if (waiting !== undefined) blocks.push({ source: waiting, output })
    waiting = undefined
  }
  for (const [, info, body] of markdown.matchAll(/^```([^\n]*)\n(.*?)^```$|^#+ /gms)) {
    if (info === 'python') continue
    close(info === 'text' ? body : undefined)
    if (info === 'js') waiting = body
  }
  close()
  return blocks
}

const decimal = /-?\d+\.\d+/g

/**
 * Replaces each decimal number by the one shown in its place, if they differ by at most one in the last digit shown.
 * Another processor adds float32 numbers in another order. The difference of 1e-6 can round the last digit differently.
 * Numbers without a decimal point have to be equal.
 */
function asShown(printed: string, shown: string): string {
  const expected = shown.match(decimal) ?? []
  let next = 0
  return printed.replace(decimal, (number) => {
    const other = expected[next++]
    return other !== undefined && differsByRounding(number, other) ? other : number
  })
}

function differsByRounding(a: string, b: string): boolean {
  const digits = (number: string) => number.split('.')[1]!.length
  return digits(a) === digits(b) && Math.abs(Number(a) - Number(b)) < 1.01 * 10 ** -digits(a)
}

/** Columns may move by a space when a number gets a minus sign. */
function linesOf(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' '))
}
