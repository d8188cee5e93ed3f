/** `bert-embed embed`: writes a vector for every text. */

import { existsSync, realpathSync } from 'node:fs'
import { Command, Option } from 'commander'
import type { CommandContext } from '../command-context.js'
import { CommandError } from '../command-error.js'
import type { EmbedCommandFlags } from '../embed/embed-command-flags.node.js'
import { embedToFile } from '../embed/embed-to-file.node.js'
import { embedToStream } from '../embed/embed-to-stream.node.js'
import { type InputFlags, inputFormats, openInput } from '../input/open-input.node.js'
import { addEmbedFlags } from '../model/embed-flags.node.js'
import { addModelFlags } from '../model/model-flags.node.js'
import { isRegularFile } from '../output/is-regular-file.node.js'
import { outputFormats } from '../output/output-format.node.js'

const help = `
Input: texts as arguments, lines of a file or a pipe, or a field of JSONL, CSV, TSV or Parquet. The extension of the file
says which; --input-format says it for a pipe.

Output: a JSON line for each text, or a file. A file gets its name when it is complete. Until then its rows are in
FILE.part. After Ctrl-C, a failure or a crash, the same command goes on from there, and embeds no text of FILE.part again.

Examples:
  $ export BERT_EMBED_MODEL=sentence-transformers/all-MiniLM-L6-v2
  $ bert-embed embed "The knight saddled his horse."
  $ bert-embed embed --input notes.txt --output notes.npy
  $ bert-embed embed --input articles.jsonl --field body --keep id,title --output articles.parquet
  $ cat notes.txt | bert-embed embed --dtype q8 --sessions 2 > notes.jsonl
  $ bert-embed embed --input faq.csv --field question --as document --output faq.jsonl`

export function embedCommand({ signal }: CommandContext): Command {
  const command = new Command('embed')
    .argument('[texts...]', 'texts to embed')
    .option('-i, --input <file>', 'file with the texts; - is standard input')
    .addOption(new Option('--input-format <name>', 'form of the input').choices(inputFormats))
    .option('--field <name>', 'field or column with the text', 'text')
    .option('--keep <names>', 'other fields to copy to the output, with commas', (names: string) =>
      names.split(','),
    )
    .option('-o, --output <file>', 'file to write')
    .addOption(new Option('-f, --format <name>', 'form of the output').choices(outputFormats))
    .option('--force', 'replace the output, and begin an unfinished one again')
  return addModelFlags(addEmbedFlags(command))
    .addHelpText('after', help)
    .action(async (texts: readonly string[], flags: EmbedCommandFlags) => {
      checkKeep(flags)
      checkOutput(flags)
      const input = await openInput(texts, flags)
      const { output } = flags
      try {
        if (output === undefined || !isRegularFile(output)) await embedToStream(input, flags, signal)
        else await embedToFile(input, { ...flags, output }, signal)
      } finally {
        input.close()
      }
    })
}

/** With --force, the input would be lost when the output takes its name. */
function checkOutput({ input, output }: EmbedCommandFlags): void {
  if (input === undefined || output === undefined || !existsSync(input) || !existsSync(output)) return
  if (isRegularFile(output) && realpathSync(input) === realpathSync(output))
    throw new CommandError('USAGE', `${output} is the input: choose another output.`)
}

/** The output has columns of these names already. */
function checkKeep({ keep = [], field }: InputFlags): void {
  const taken = keep.find((name) => name === 'embedding' || name === 'text')
  if (taken === undefined) return
  const why = taken === field ? 'the text is always kept' : `the output has a column ${taken} of its own`
  throw new CommandError('USAGE', `--keep cannot have ${taken}: ${why}.`)
}
