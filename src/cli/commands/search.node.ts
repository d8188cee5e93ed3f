/** `bert-embed search`: finds the texts nearest to a query in a file that `embed` wrote. */

import process from 'node:process'
import { Command, Option } from 'commander'
import type { CommandContext } from '../command-context.js'
import { addPromptFlags, type EmbedFlags, embedOptions } from '../model/embed-flags.node.js'
import { loadModel } from '../model/load-model.node.js'
import { addModelFlags, type ModelFlags } from '../model/model-flags.node.js'
import { type OutputFormat, outputFormats } from '../output/output-format.node.js'
import { bigIntsAsNumbers } from '../output/output-row.js'
import { toWholeNumber } from '../parse-number.js'
import { findNearest, type RankedRow } from '../search/find-nearest.node.js'
import { queryFlags } from '../search/index-flags.node.js'
import { openIndex } from '../search/open-index.node.js'
import { toScoreLine } from '../terminal/score-line.node.js'

interface SearchFlags extends ModelFlags, Omit<EmbedFlags, 'precision'> {
  readonly index: string
  readonly format?: OutputFormat
  readonly topK: number
  readonly json?: boolean
}

const help = `
The file says which model and options made it, and the query gets the same: no --model is needed. All vectors are
compared, so the result is exact. If the model has a prompt for queries, it is put before the query.

Examples:
  $ bert-embed search --index notes.jsonl "who rode out at dawn?"
  $ bert-embed search --index articles.parquet --top-k 3 --json storm at sea | jq '.hits[].id'`

export function searchCommand({ signal }: CommandContext): Command {
  const command = new Command('search')
    .argument('<query...>', 'the query; several words are one query')
    .requiredOption('-x, --index <file>', 'file with vectors: .jsonl, .csv, .npy or .parquet')
    .addOption(new Option('-f, --format <name>', 'form of the file').choices(outputFormats))
    .option('-k, --top-k <count>', 'how many texts to find', toWholeNumber, 10)
    .option('--json', 'print one JSON object')
  return addModelFlags(addPromptFlags(command))
    .addHelpText('after', help)
    .action(async (words: readonly string[], given: SearchFlags) => {
      const query = words.join(' ')
      const { info, rows } = await openIndex(given.index, given.format)
      const isModelGiven = command.getOptionValueSource('model') === 'cli'
      const flags = queryFlags<SearchFlags & EmbedFlags>(given, info, { name: given.index, isModelGiven })
      await using embedder = await loadModel(flags, { signal, use: 'compare' })
      const { precision, ...options } = embedOptions(embedder, flags)
      const vector = await embedder.embed(query, { ...options, signal })
      const { model, similarityFunction: metric } = embedder
      const { topK, index: name } = given
      const hits = await findNearest(vector, rows, { topK, metric, precision, name, signal })
      process.stdout.write(
        given.json
          ? `${JSON.stringify({ model, metric, query, hits: hits.map(toJson) }, bigIntsAsNumbers)}\n`
          : hits.map((hit) => toScoreLine(hit.score, hit.text ?? `index ${hit.index}`)).join(''),
      )
    })
}

/** The fields of the row come first, so that a field named `score` cannot replace the score. */
function toJson({ fields, text, index, score }: RankedRow): Record<string, unknown> {
  return { ...fields, index, score, text }
}
