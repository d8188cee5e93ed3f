/** Builds the parser of the command line. Only the chosen command's code is loaded. */

import { Command, Option } from 'commander'
import type { CommandContext } from './command-context.js'
import { packageVersion } from './package-version.node.js'

interface CommandEntry {
  readonly name: string
  readonly summary: string
  /** Imports the command, with its options and its action. */
  readonly load: () => Promise<(context: CommandContext) => Command>
}

const entries: readonly CommandEntry[] = [
  {
    name: 'embed',
    summary: 'write a vector for every text',
    load: async () => (await import('./commands/embed.node.js')).embedCommand,
  },
  {
    name: 'similarity',
    summary: 'compare a text with other texts',
    load: async () => (await import('./commands/similarity.node.js')).similarityCommand,
  },
  {
    name: 'search',
    summary: 'find the texts nearest to a query in what embed wrote',
    load: async () => (await import('./commands/search.node.js')).searchCommand,
  },
  {
    name: 'info',
    summary: 'describe a model, and say what would be downloaded',
    load: async () => (await import('./commands/info.node.js')).infoCommand,
  },
  {
    name: 'download',
    summary: 'fetch a model into the cache',
    load: async () => (await import('./commands/download.node.js')).downloadCommand,
  },
  {
    name: 'pack',
    summary: 'write a small model into a folder for a page or a server',
    load: async () => (await import('./commands/pack.node.js')).packCommand,
  },
  {
    name: 'bench',
    summary: 'find the fastest setting of a model on this machine',
    load: async () => (await import('./commands/bench.node.js')).benchCommand,
  },
  {
    name: 'serve',
    summary: 'answer HTTP requests for vectors',
    load: async () => (await import('./commands/serve.node.js')).serveCommand,
  },
]

const examples = `
Examples:
  $ export BERT_EMBED_MODEL=sentence-transformers/all-MiniLM-L6-v2
  $ bert-embed similarity "Who rode out?" "The knight saddled his horse." "Add the rice."
  $ bert-embed embed --input notes.txt --output notes.parquet
  $ bert-embed search --index notes.parquet "who rode out at dawn?"

bert-embed COMMAND --help lists the options of a command, with more examples.

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C.`

/** @param args The arguments that will be parsed. Their first word, or the one after `help`, chooses the command that is loaded. */
export async function createProgram(args: readonly string[], context: CommandContext): Promise<Command> {
  const program = new Command('bert-embed')
    .description('BERT embeddings on the command line, straight from the checkpoint.')
    .version(packageVersion(), '-V, --version')
    .addOption(debugOption())
    .addHelpText('after', examples)
    .showSuggestionAfterError()
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .configureOutput({ outputError: () => {} })
    .exitOverride()

  const [first, second] = args.filter((argument) => !argument.startsWith('-'))
  const chosen = first === 'help' ? second : first
  for (const { name, summary, load } of entries) {
    const command = name === chosen ? (await load())(context) : new Command(name)
    command
      .summary(summary)
      .description(`${capitalize(summary)}.`)
      .addOption(debugOption())
    program.addCommand(command.copyInheritedSettings(program))
  }
  return program
}

/** `main` reads it, because an error may come before the options are parsed. */
function debugOption(): Option {
  return new Option('--debug', 'print the stack trace of an error')
}

function capitalize(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1)
}
