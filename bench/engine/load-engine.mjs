/** Loads the engine of a checkout of this repository, and a model into it. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { quantizedWeights } from './quantized-weights.mjs'

const modules = [
  'engine/batch-inputs.js',
  'engine/execute.js',
  'engine/int8-dot.js',
  'engine/kernels/module.js',
  'engine/load-parameters.js',
  'engine/memory-layout.js',
  'engine/plan-encoder.js',
  'engine/plan.js',
  'engine/threads.js',
  'loading/weights/published-weights.js',
  'model/architectures/parse-encoder.js',
  'sources/directory.node.js',
  'sources/model-source.js',
]

/** The functions of the checkout in `root`, bundled. */
export async function importEngine(root) {
  const folder = mkdtempSync(join(tmpdir(), 'bert-embed-engine-'))
  const outfile = join(folder, 'engine.mjs')
  const contents = modules.map((path) => `export * from './src/${path}'`).join('\n')
  await build({
    stdin: { contents, resolveDir: root },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
  })
  const engine = await import(pathToFileURL(outfile).href)
  rmSync(folder, { recursive: true })
  return engine
}

/** An instance of the kernels, and their memory. */
export function instantiateKernels(engine, { isRelaxed }) {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 32_768 })
  const usesInt8Dot = isRelaxed && engine.hasInt8Dot()
  const bytes = engine.encodeKernels({
    minPages: 1,
    maxPages: 32_768,
    isShared: false,
    isRelaxed,
    usesInt8Dot,
  })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } })
  const reserve = (end) => {
    const missing = Math.ceil((end - memory.buffer.byteLength) / 65_536)
    if (missing > 0) memory.grow(missing)
    return memory.buffer
  }
  return { kernels: exports, memory, reserve }
}

/** Plans the model in `directory`, and loads its weights. */
export async function loadModel(engine, { directory, dtype, isRelaxed }) {
  const source = engine.directorySource(directory)
  const encoder = await engine.parseEncoder(await engine.readJson(source, 'config.json'))
  const published = await engine.readPublishedWeights(source, encoder.prefix, {})
  const readFile = (file, start, end) => published.files.find(({ path }) => path === file).read(start, end)
  const { weights, read } =
    dtype === 'int8'
      ? quantizedWeights(published.weights, readFile)
      : { weights: published.weights, read: readFile }
  const plan = engine.planEncoder(encoder, weights)
  const { kernels, memory, reserve } = instantiateKernels(engine, { isRelaxed })
  await engine.loadParameters(plan, read, { kernels, reserve })
  return { engine, plan, kernels, memory, reserve }
}

/** Puts texts of some tokens into memory. The result has a function for each step of the plan, in order. */
export function prepareBatch({ engine, plan, kernels, memory, reserve }, { texts, tokens }) {
  const size = { rowCount: texts * tokens, longest: tokens, textCount: texts, threads: 1 }
  const layout = engine.layOutMemory(plan, size)
  const buffer = reserve(layout.end)
  for (let text = 0; text < texts; text++)
    new Int32Array(buffer, layout.texts + 16 * text, 4).set([text * tokens, tokens, 0, tokens])
  const positions = Int32Array.from({ length: size.rowCount }, (_, row) => row % tokens)
  const zeros = new Int32Array(size.rowCount)
  const indices = {
    word: positions.map((position, row) => 200 + ((row * 37 + position) % 700)),
    tokenType: zeros,
    position: positions,
    afterPadding: positions.map((position) => position + 2),
    first: zeros,
  }
  for (const [index, values] of Object.entries(indices))
    new Int32Array(buffer, layout.indices[index], size.rowCount).set(values)
  const job = engine.jobOf(layout, memory, { size, split: 'rows' })
  const thread = { index: 0, count: 1, barrier: () => {} }
  return plan.steps.map((step) => ({
    step,
    run: () => engine.execute({ ...plan, steps: [step] }, kernels, job, thread),
  }))
}
