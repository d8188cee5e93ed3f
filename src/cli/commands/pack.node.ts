/** `bert-embed pack`: writes a model with converted weights into a folder. */

import process from 'node:process'
import { Command, InvalidArgumentError, Option } from 'commander'
import { packDtypes, packTargets } from '../../loading/pack/pack.js'
import { type PackModelOptions, type PackTarget, packModel, type WrittenPack } from '../../node.js'
import type { CommandContext } from '../command-context.js'
import { createDownloadBars } from '../terminal/download-bars.node.js'

interface PackFlags extends Omit<PackModelOptions, 'targets'> {
  readonly for: readonly PackTarget[]
  readonly json?: boolean
}

const help = `
A pack is a folder with everything that loading the model needs, and weights that are converted already. A page downloads
a quarter of the published weights (q8), and converts nothing. The vectors are the same as with --dtype q8 on the model.

--for says what will load the pack. Each q8 target has its own file of weights, of which a page downloads only one:
  page    pages, Cloudflare Workers, and Node without onnxruntime-node
  node    onnxruntime-node
  webgpu  pages with device: 'webgpu'

Examples:
  $ bert-embed pack sentence-transformers/all-MiniLM-L6-v2 --out public/models/mini-q8
  $ bert-embed pack ./my-model --for page --out dist/model

In a page: createEmbedder({ model: '/models/mini-q8/' }). In Node, model is the path of the folder.`

export function packCommand({ signal }: CommandContext): Command {
  return new Command('pack')
    .argument('<model>', 'a name on the Hugging Face Hub, a local directory or a URL')
    .requiredOption('-o, --out <directory>', 'the folder to write')
    .addOption(new Option('--dtype <name>', 'format of the weights').choices(packDtypes).default('q8'))
    .addOption(
      new Option('--for <targets>', 'what will load the pack, with commas')
        .argParser(parseTargets)
        .default(['page', 'node'], 'page,node'),
    )
    .option('--force', 'write into a folder that has other files, or a pack of another model')
    .option('--revision <name>', 'branch, tag or commit on the Hub')
    .option('--cache-dir <directory>', 'where downloads are kept')
    .option('--offline', 'use the cache only, without any request')
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action(async (model: string, { for: targets, json, ...flags }: PackFlags) => {
      const pack = await writePack({ ...pick(flags), model, targets, signal })
      process.stdout.write(json ? `${JSON.stringify(pack)}\n` : summarize(pack))
    })
}

function parseTargets(text: string): readonly PackTarget[] {
  const names = text.split(',')
  const targets: readonly string[] = packTargets
  if (names.every((name): name is PackTarget => targets.includes(name))) return names
  throw new InvalidArgumentError(`It takes ${targets.join(', ')}, with commas.`)
}

async function writePack(options: PackModelOptions): Promise<WrittenPack> {
  using bars = createDownloadBars()
  return await packModel({
    ...options,
    onProgress: (progress) =>
      bars.show(progress.type === 'pack' ? { ...progress, loadedBytes: progress.writtenBytes } : progress),
  })
}

/** The flags that are options of `packModel`: `--debug` is none. */
function pick({ out, dtype, force, revision, cacheDir, offline }: Omit<PackFlags, 'for'>) {
  return { out, dtype, force, revision, cacheDir, offline }
}

function summarize({ directory, model, dtype, files }: WrittenPack): string {
  const others = files.filter(({ targets }) => targets === undefined)
  const rows = files.flatMap(({ path, byteLength, targets }) =>
    targets ? [[targets.join(', '), byteLength, path] as const] : [],
  )
  const rest = [
    '',
    others.reduce((sum, { byteLength }) => sum + byteLength, 0),
    `${others.length} other files`,
  ] as const
  const width = Math.max(...rows.map(([name]) => name.length))
  const lines = [...rows, rest].map(
    ([name, bytes, what]) => `  ${name.padEnd(width)}  ${(bytes / 1e6).toFixed(1).padStart(7)} MB  ${what}\n`,
  )
  return `${model} in ${dtype}, written to ${directory}\n${lines.join('')}`
}
