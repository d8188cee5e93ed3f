/** The flags of `bert-embed serve`. */

import { type Command, InvalidArgumentError, Option } from 'commander'
import { defaultLimits } from '../../server/server-options.js'
import { addLoadFlags, type ModelFlags, modelVariable } from '../model/model-flags.node.js'
import { toWholeNumber } from '../parse-number.js'

export interface ServeFlags extends Omit<ModelFlags, 'model'> {
  readonly model?: readonly string[]
  readonly preload?: boolean
  readonly host: string
  readonly port: number
  readonly apiKey?: readonly string[]
  readonly cors?: readonly string[]
  readonly autoTruncate?: boolean
  readonly maxBodyBytes: number
  readonly maxTexts: number
  readonly maxWaitingTexts: number
  readonly shutdownTimeout: number
  readonly logLevel: string
}

/** The variable with the API keys, separated by commas: other users of a machine can read the arguments of a command. */
export const keysVariable = 'BERT_EMBED_API_KEYS'

export function addServeFlags(command: Command): Command {
  const model = new Option('-m, --model <[name=]model>', 'a model, and its name in requests; repeatable')
  return addLoadFlags(command.addOption(model.argParser(collect).env(modelVariable)))
    .option('--preload', 'load all models before the server listens')
    .option('--host <address>', 'address to listen on; 0.0.0.0 is all of IPv4', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 takes a free one', toPort, 8080)
    .addOption(
      new Option('--api-key <key>', 'key that requests have to send; repeatable')
        .argParser(collectKeys)
        .env(keysVariable),
    )
    .option('--cors <origin>', 'origin of pages that may call the server, or *; repeatable', collectOrigins)
    .option('--auto-truncate', 'cut a text that is too long, if the request does not say what to do with it')
    .option(
      '--max-body-bytes <count>',
      'limit of the body of a request',
      toWholeNumber,
      defaultLimits.maxBodyBytes,
    )
    .option('--max-texts <count>', 'limit of the texts of a request', toWholeNumber, defaultLimits.maxTexts)
    .option(
      '--max-waiting-texts <count>',
      'limit of the texts of all requests at a time',
      toWholeNumber,
      defaultLimits.maxWaitingTexts,
    )
    .option(
      '--shutdown-timeout <seconds>',
      'time to answer what was taken, after Ctrl-C or SIGTERM',
      toWholeNumber,
      30,
    )
    .addOption(
      new Option('--log-level <level>', 'least level of a line in the log')
        .choices(['info', 'warn', 'error', 'silent'])
        .default('info'),
    )
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value]
}

/** @throws {InvalidArgumentError} for what is never equal to the header `Origin` of a browser, such as a URL with a path */
function collectOrigins(value: string, earlier?: readonly string[]): readonly string[] {
  if (value === '*' || /^[a-z][a-z\d+.-]*:\/\/[^/\sA-Z]+$/.test(value)) return collect(value, earlier)
  throw new InvalidArgumentError('It has to be * or an origin such as https://app.example, without a path.')
}

/** Does not refuse anything: the parser's message would contain the keys. */
function collectKeys(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, ...value.split(',').map((key) => key.trim())]
}

/** @throws {InvalidArgumentError} */
function toPort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('It has to be a whole number from 0 to 65535.')
}
