/**
 * Checks models of the Hugging Face Hub against published values: `npm run test:hub`. This is not part of `npm test`, because
 * it needs the network, and downloads some 200 MB into the Hugging Face cache.
 *
 * Exits with 0 if all values are right, 1 if one is wrong, and 2 if one could not be checked.
 */

import { createEmbedder } from 'bert-embed'
import { publishedValues } from './published-values.mjs'

/** Errors that are not the library's fault: the model could not be downloaded. */
const unreachable = ['NETWORK', 'OFFLINE', 'HTTP_STATUS']

const counts = { right: 0, wrong: 0, unchecked: 0 }
for (const published of publishedValues) {
  const { verdict, detail } = await check(published)
  counts[verdict]++
  console.log(`${verdict.padEnd(9)} ${published.name}: ${detail}`)
}

if (counts.right + counts.wrong === 0) console.log('Nothing was checked: no model could be had from the Hub.')
else console.log(`${counts.right} right, ${counts.wrong} wrong, ${counts.unchecked} not checked.`)
process.exitCode = counts.wrong > 0 ? 1 : counts.unchecked > 0 ? 2 : 0

async function check({ model, options, query, documents, similarities, tolerance }) {
  try {
    const embedder = await createEmbedder({ model, ...options })
    const [queryVector, documentVectors] = await Promise.all([
      embedder.embedQuery(query),
      embedder.embedDocuments(documents),
    ])
    const found = Array.from(embedder.similarity([queryVector], documentVectors).data)
    await embedder.dispose()
    const difference = Math.max(...found.map((value, index) => Math.abs(value - similarities[index])))
    const isRight = difference <= tolerance
    return {
      verdict: isRight ? 'right' : 'wrong',
      detail: `${found.map((value) => value.toFixed(5)).join(', ')}, at most ${difference.toExponential(1)} off`,
    }
  } catch (error) {
    const verdict = unreachable.includes(error.code) ? 'unchecked' : 'wrong'
    return { verdict, detail: `${error.code ?? error.name}: ${error.message}` }
  }
}
