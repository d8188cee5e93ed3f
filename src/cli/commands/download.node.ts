/** `bert-embed download`: fetches a model, so that later commands and applications find it in the cache. */

import process from 'node:process'
import { Command } from 'commander'
import { describeModel } from '../../node.js'
import type { CommandContext } from '../command-context.js'
import { loadModel } from '../model/load-model.node.js'
import { addModelFlags, type ModelFlags, modelOptions } from '../model/model-flags.node.js'
import { formatBytes } from '../terminal/format-bytes.js'

interface DownloadFlags extends ModelFlags {
  readonly json?: boolean
}

const help = `
The model goes to the Hugging Face cache, which Python uses too, or to --cache-dir. It is loaded once, so that a damaged or
unsupported model is reported now. With --dtype, its weights are converted now. A download that was interrupted goes on.

Examples:
  $ bert-embed download sentence-transformers/all-MiniLM-L6-v2
  $ bert-embed download sentence-transformers/all-MiniLM-L6-v2 --dtype q8 --cache-dir ./models
  $ bert-embed similarity --offline --model sentence-transformers/all-MiniLM-L6-v2 knight horse`

export function downloadCommand({ signal }: CommandContext): Command {
  return addModelFlags(new Command('download'))
    .argument('[model]', 'the model; otherwise that of --model')
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action(async (name: string | undefined, given: DownloadFlags) => {
      const flags = name === undefined ? given : { ...given, model: name }
      const { model, files } = await describeModel({ ...modelOptions(flags), signal })
      const missing = files?.filter(({ isLocal }) => !isLocal)
      const downloadedBytes = missing?.reduce((sum, { byteLength = 0 }) => sum + byteLength, 0)
      const embedder = await loadModel(flags, { signal, use: 'store' })
      await embedder.dispose()
      const done = downloadedBytes === 0 ? ' It was here already.' : downloadedText(downloadedBytes)
      process.stdout.write(
        flags.json ? `${JSON.stringify({ model, downloadedBytes, files })}\n` : `${model} is ready.${done}\n`,
      )
    })
}

/** A server that is not a Hub does not tell the sizes before. */
function downloadedText(bytes: number | undefined): string {
  return bytes === undefined ? '' : ` Downloaded ${formatBytes(bytes).trim()}.`
}
