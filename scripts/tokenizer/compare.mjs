/** The Node process of fuzz.py: tokenizes texts from stdin and compares them with the Rust library's tokens. */

import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** Number of differences that are printed. The rest is counted. */
const shownDifferences = 20

const { createTokenizer, padEncodings } = await importSource()
let tokenizer
let texts = 0
let batches = 0
let refused = 0
let differences = 0

for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
  const record = JSON.parse(line)
  if (record.tokenizerJson) tokenizer = createTokenizer(record)
  else compare(record)
}
console.log(
  `${texts} texts in ${batches} batches compared, ${refused} of them refused by both, ${differences} differ.`,
)
process.exitCode = differences > 0 ? 1 : 0

function compare({ texts: pairs, options, paddingSide, expected }) {
  batches++
  texts += pairs.flat().length
  const actual = encode(pairs, { ...options, maxLength: options.maxLength ?? undefined }, paddingSide)
  if (actual === null && expected === null) refused++
  if (expected && !expected.tokens && actual) expected.tokens = actual.tokens
  if (JSON.stringify(actual) === JSON.stringify(expected)) return
  const row = actual && expected ? actual.ids.findIndex((ids, at) => `${ids}` !== `${expected.ids[at]}`) : 0
  if (differences++ < shownDifferences)
    console.error(
      JSON.stringify({
        texts: pairs[Math.max(row, 0)],
        options,
        paddingSide,
        rust: expected?.ids[Math.max(row, 0)] ?? null,
        ours: actual?.ids[Math.max(row, 0)] ?? null,
        row,
      }),
    )
}

function encode(pairs, options, paddingSide) {
  let encodings
  try {
    encodings = pairs.map(([text, textPair]) => tokenizer.encode(text, { ...options, textPair }))
  } catch (error) {
    if (error.code === 'TEXT_TOO_LONG' || error.code === 'INVALID_OPTION') return null
    throw error
  }
  const batch = padEncodings(encodings, { padToken: tokenizer.padToken, paddingSide })
  const [rows, columns] = batch.inputIds.shape
  const toRows = ({ data }) =>
    Array.from({ length: rows }, (_, row) => [...data.subarray(row * columns, (row + 1) * columns)])
  const padding = Array(columns - encodings[0].tokens.length).fill(tokenizer.padToken.token)
  return {
    ids: toRows(batch.inputIds),
    mask: toRows(batch.attentionMask),
    types: toRows(batch.tokenTypeIds),
    tokens: [...encodings[0].tokens, ...padding],
  }
}

/** Loads the two functions from src, without a build. */
async function importSource() {
  const { outputFiles } = await build({
    stdin: {
      contents: `export * from './src/text/create-tokenizer.ts'; export * from './src/text/pad.ts'`,
      resolveDir: fileURLToPath(new URL('../..', import.meta.url)),
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
  })
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`)
}
