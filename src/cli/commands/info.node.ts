/** `bert-embed info`: describes a model without loading its weights. */

import process from 'node:process'
import { Command } from 'commander'
import { describeModel, type ModelDescription } from '../../node.js'
import type { CommandContext } from '../command-context.js'
import { addModelFlags, type ModelFlags, modelOptions, withModel } from '../model/model-flags.node.js'
import { colorsOf } from '../terminal/colors.node.js'
import { formatBytes } from '../terminal/format-bytes.js'

interface InfoFlags extends ModelFlags {
  readonly json?: boolean
}

const help = `
Downloads the configuration and the tokenizer, which are small, but not the weights.

Examples:
  $ bert-embed info sentence-transformers/all-MiniLM-L6-v2
  $ bert-embed info --json intfloat/e5-base-v2 | jq .prompts`

export function infoCommand({ signal }: CommandContext): Command {
  return addModelFlags(new Command('info'))
    .argument('[model]', 'the model; otherwise that of --model')
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action(async (name: string | undefined, given: InfoFlags) => {
      const flags = withModel(name, given)
      const description = await describeModel({ ...modelOptions(flags), signal })
      process.stdout.write(flags.json ? `${JSON.stringify(description)}\n` : toTable(description))
    })
}

function toTable(description: ModelDescription): string {
  const { modelType, layers, hiddenSize, vocabSize, dimension, pooling, normalize } = description
  const { maxLength, positions, prompts, defaultPromptName, similarityFunction, files } = description
  const encoder = `${layers === undefined ? '' : `${layers} layers, `}${hiddenSize} wide, ${vocabSize} words`
  const { packedDtype } = description
  const { bold } = colorsOf(process.stdout)
  const rows: [string, string][] = [
    ['model', description.model],
    ['architecture', `${modelType}, ${encoder}`],
    ...(packedDtype ? [['weights', `packed in ${packedDtype}`] as [string, string]] : []),
    ['vector', `${dimension} values, ${normalize ? 'of length 1' : 'not normalized'}`],
    ['pooling', pooling.join(', ')],
    ['similarity', similarityFunction],
    ['limit', `${maxLength} tokens${maxLength < positions ? `, ${positions} with --max-length` : ''}`],
    ['prompts', promptLines(prompts, defaultPromptName)],
    ['files', files ? fileLines(files) : 'not known: the source does not list them'],
  ]
  return rows.map(([label, value]) => `${bold(label.padEnd(13))} ${indent(value)}\n`).join('')
}

function promptLines(prompts: Readonly<Record<string, string>>, defaultName: string | undefined): string {
  const lines = Object.entries(prompts).map(
    ([name, text]) =>
      `${name}: ${JSON.stringify(text)}${name === defaultName ? ', for every text by default' : ''}`,
  )
  return lines.length === 0 ? 'none' : lines.join('\n')
}

function fileLines(files: NonNullable<ModelDescription['files']>): string {
  const lines = files.map(
    ({ path, byteLength, isLocal }) =>
      `${formatBytes(byteLength)}  ${path}${isLocal ? '' : '  (to download)'}`,
  )
  const missing = files.filter(({ isLocal }) => !isLocal)
  const bytes = missing.reduce((sum, { byteLength = 0 }) => sum + byteLength, 0)
  return [
    ...lines,
    missing.length === 0 ? 'all on this machine' : `${formatBytes(bytes).trim()} to download`,
  ].join('\n')
}

function indent(text: string): string {
  return text.replaceAll('\n', `\n${' '.repeat(14)}`)
}
