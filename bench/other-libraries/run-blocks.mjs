/**
 * Runs the code of other JavaScript libraries on the pages of docs/, the blocks that begin with "```js no-test". The
 * library's own blocks are run by test/docs.test.ts.
 *
 *     node run-blocks.mjs DIRECTORY     all-MiniLM-L6-v2 with the ONNX files of ../export_onnx.py
 *
 * The models that the blocks name are links to the directory, so nothing is downloaded.
 */

import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const directory = resolve(process.argv[2])
const docs = fileURLToPath(new URL('../../docs', import.meta.url))
const bench = fileURLToPath(new URL('..', import.meta.url))
// Inside bench/, so that Node finds the packages.
const folder = await mkdtemp(join(bench, '.blocks-'))

try {
  await prepareModels()
  for (const page of await readdir(docs, { recursive: true })) {
    if (!page.endsWith('.md')) continue
    const markdown = await readFile(join(docs, page), 'utf8')
    const blocks = Array.from(markdown.matchAll(/^```js no-test\n(.*?)^```$/gms), ([, source]) => source)
    for (const [index, source] of blocks.entries()) await run(`${page}, block ${index}`, source)
  }
} finally {
  await rm(folder, { recursive: true })
}

async function prepareModels() {
  await mkdir(join(folder, 'models/Xenova'), { recursive: true })
  await symlink(directory, join(folder, 'models/Xenova/all-MiniLM-L6-v2'))
  // fastembed-js: an archive that is in the cache and unpacked.
  const unpacked = join(folder, 'local_cache/fast-all-MiniLM-L6-v2')
  await mkdir(unpacked, { recursive: true })
  for (const file of await readdir(directory, { withFileTypes: true }))
    if (file.isFile()) await symlink(join(directory, file.name), join(unpacked, file.name))
  await symlink(join(directory, 'onnx/model.onnx'), join(unpacked, 'model.onnx'))
  await writeFile(
    join(folder, 'settings.mjs'),
    `import { env } from '@huggingface/transformers'
env.localModelPath = ${JSON.stringify(join(folder, 'models'))}
env.allowRemoteModels = false
`,
  )
}

async function run(name, source) {
  const file = join(folder, 'block.mjs')
  await writeFile(file, source)
  // fastembed-js has another version of onnxruntime-node, and a process can load only one.
  const settings = source.includes('@huggingface/transformers') ? ['--import', './settings.mjs'] : []
  const { stdout } = await execute(process.execPath, [...settings, file], { cwd: folder })
  console.log(`${name}\n${stdout}`)
}
