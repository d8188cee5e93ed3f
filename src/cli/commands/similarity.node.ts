/** `bert-embed similarity`: compares a text with other texts. */

import process from 'node:process'
import { Command } from 'commander'
import type { CommandContext } from '../command-context.js'
import { loadModel } from '../model/load-model.node.js'
import { addModelFlags, type ModelFlags } from '../model/model-flags.node.js'
import { toScoreLine } from '../terminal/score-line.node.js'

interface SimilarityFlags extends ModelFlags {
  readonly json?: boolean
}

const help = `
Prints a score for each of the other texts, the most similar one first. Most models score by cosine: 1 means the same
direction. Negative distances are the scores of models that are made for them.

Examples:
  $ export BERT_EMBED_MODEL=sentence-transformers/all-MiniLM-L6-v2
  $ bert-embed similarity "Who rode out?" "The knight saddled his horse." "Add the rice and stir."
  $ bert-embed similarity --json knight horse | jq .scores[0].score`

export function similarityCommand({ signal }: CommandContext): Command {
  return addModelFlags(new Command('similarity'))
    .argument('<text>', 'the text to compare')
    .argument('<others...>', 'the texts that it is compared with')
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action(async (text: string, others: readonly string[], flags: SimilarityFlags) => {
      await using embedder = await loadModel(flags, { signal, use: 'compare' })
      const [first, ...vectors] = await embedder.embed([text, ...others], { signal })
      const scores = embedder.similarity([first!], vectors).data
      const ranked = others
        .map((other, index) => ({ index, score: scores[index]!, text: other }))
        .sort((a, b) => b.score - a.score)
      const { model, similarityFunction: metric } = embedder
      process.stdout.write(
        flags.json
          ? `${JSON.stringify({ model, metric, text, scores: ranked })}\n`
          : ranked.map(({ score, text }) => toScoreLine(score, text)).join(''),
      )
    })
}
