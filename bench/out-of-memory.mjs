/**
 * Shows what happens if a batch needs more memory than is available. Linux only.
 *
 *     node out-of-memory.mjs DIRECTORY [--limit-mb 400] [--texts 48] [--dtype fp32]
 *
 * Embeds texts of 300 words as one batch in a process with too little memory for it, and prints the outcome of each
 * batch that was passed to ONNX Runtime.
 */

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createEmbedder, nodeBackend } from 'bert-embed/node'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    'limit-mb': { type: 'string', default: '400' },
    texts: { type: 'string', default: '48' },
    dtype: { type: 'string', default: 'fp32' },
    limited: { type: 'boolean', default: false },
  },
})
if (positionals.length !== 1) {
  console.error('Usage: node out-of-memory.mjs DIRECTORY [--limit-mb 400] [--texts 48] [--dtype fp32]')
  process.exit(2)
}
if (!values.limited) restartLimited(Number(values['limit-mb']))

const words = 'bada mofe kesi duna '.repeat(75)
const texts = Array.from({ length: Number(values.texts) }, (_, index) => `${index} ${words}`)
const embedder = await createEmbedder({
  model: positionals[0],
  dtype: values.dtype,
  backend: logged(nodeBackend()),
  maxLength: 256,
  maxBatchTokens: 256 * texts.length,
})
const vectors = await embedder.embed(texts)
console.log(`${vectors.length} vectors, ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB at most`)
console.log('and once more:')
await embedder.embed(texts.map((text) => `${text} again`))
await embedder.dispose()

/** Prints the number of texts and the outcome of every batch. */
function logged(backend) {
  return {
    ...backend,
    async createSession(...parameters) {
      const session = await backend.createSession(...parameters)
      return {
        ...session,
        async run(inputs, outputs) {
          const { shape } = inputs.input_ids
          const outcome = (how) => console.log(`${shape[0]} texts of ${shape[1]} tokens: ${how}`)
          try {
            const results = await session.run(inputs, outputs)
            outcome('done')
            return results
          } catch (error) {
            outcome(`${error.code}, ${error.message.split('\n')[0]}`)
            throw error
          }
        },
      }
    },
  }
}

/** Runs this script in a process with a memory limit. */
function restartLimited(megabytes) {
  const script = fileURLToPath(import.meta.url)
  const command = [process.execPath, script, ...process.argv.slice(2), '--limited']
  const limit = `ulimit -d ${megabytes * 1024} && exec "$@"`
  const { status } = spawnSync('sh', ['-c', limit, 'sh', ...command], { stdio: 'inherit' })
  process.exit(status ?? 1)
}
