/**
 * Compares the speed of bert-embed's engine in Firefox with that in Chromium.
 *
 *     node bench/web-browsers.mjs DIRECTORY [--texts N] [--rounds N] [--threads N]
 *
 * Every visit is a new browser, which embeds the texts once to warm up and once more to be timed. The visits are interleaved.
 * Prints a Markdown table.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { locateFirefox, openFirefox } from '../scripts/firefox.mjs'
import { createCorpora } from './compare/corpora.mjs'
import { rotate } from './compare/rotate.mjs'
import { median } from './compare/statistics.mjs'
import { buildPage } from './web/build-pages.mjs'
import { openAlone } from './web/chromium.mjs'
import { serve } from './web/serve.mjs'
import { createProfile } from './web/systems.mjs'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    texts: { type: 'string', default: '24' },
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '1' },
  },
})
const [count, rounds] = [Number(values.texts), Number(values.rounds)]
const directory = resolve(positionals[0] ?? '')
const firefox = locateFirefox()
if (positionals.length !== 1 || !(count >= 1) || !(rounds >= 1) || firefox === undefined)
  throw new Error(
    'Usage: node bench/web-browsers.mjs DIRECTORY [--texts N] [--rounds N] [--threads N], with a Firefox',
  )

const browsers = {
  Chromium: (url) => openAlone(url, createProfile()),
  Firefox: (url) => openFirefox(firefox, url),
}
const contenders = ['fp32', 'q8'].flatMap((dtype) =>
  Object.keys(browsers).map((browser) => ({ browser, dtype, rates: [] })),
)

const page = await buildPage('bert-embed')
const corpus = mkdtempSync(join(tmpdir(), 'bert-embed-corpus-'))
writeFileSync(join(corpus, 'texts.json'), JSON.stringify(createCorpora(directory).draw('mixed', count)))
const server = await serve({ '/': page, '/model/': directory, '/corpus/': corpus })
try {
  for (let round = 0; round < rounds; round++)
    for (const { browser, dtype, rates } of rotate(contenders, round)) {
      const options = { dtype, threads: values.threads, corpus: '/corpus/texts.json' }
      const report = server.nextReport()
      const opened = browsers[browser](
        `http://localhost:${server.port}/index.html?${new URLSearchParams(options)}`,
      )
      const { seconds, error } = await report
      await opened.close()
      if (error) throw new Error(error)
      rates.push(count / Number(seconds))
    }
} finally {
  await server.stop()
  for (const folder of [page, corpus]) rmSync(folder, { recursive: true })
}

console.log(
  `| ${values.threads} thread(s), texts/s | Chromium | Firefox | Firefox is faster by |\n|---|---:|---:|---:|`,
)
for (const dtype of ['fp32', 'q8']) {
  const [chromium, other] = contenders.filter((one) => one.dtype === dtype).map(({ rates }) => rates)
  const factors = other.map((rate, round) => rate / chromium[round])
  const range = `${Math.min(...factors).toFixed(2)} to ${Math.max(...factors).toFixed(2)}`
  const rates = [chromium, other].map((one) => median(one).toFixed(1)).join(' | ')
  console.log(`| ${dtype} | ${rates} | ${median(factors).toFixed(2)}x (${range}) |`)
}
