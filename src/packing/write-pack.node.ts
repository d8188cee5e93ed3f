/** Writes a pack, top down: reads the model, converts its weights, copies its other files, describes all in config.json. */

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { ArgumentRangeError } from '../errors.js'
import { readModelFiles } from '../loading/files/read-model-files.js'
import { loadSentenceHead } from '../loading/load-sentence-head.js'
import { type PackDtype, type PackTarget, packVersion, q8Forms } from '../loading/pack/pack.js'
import { type ConvertedDtype, convertedFileVersion } from '../model/conversion/read-converted-file.js'
import { isHubName } from '../sources/hub/open-hub.js'
import { type ModelSource, type OpenOptions, readJson } from '../sources/model-source.js'
import { encoderFolderOf, inFolder } from './encoder-folder.js'
import { fillPackFolder } from './pack-folder.node.js'
import type { WritePackOptions, WrittenFile, WrittenPack } from './pack-options.js'
import { readAttachments, recordOpened } from './recorded-source.js'
import { openStaging } from './staging.node.js'
import { type WrittenWeights, writeWeights } from './write-weights.node.js'

/**
 * Files of a tokenizer that many models lack: a page asks for them at every visit, and its console shows status 404. Empty,
 * they say the same.
 */
const emptyFiles = ['special_tokens_map.json', 'added_tokens.json']

/** Does the work of `packModel` for options that are already checked. */
export async function writePack(source: ModelSource, options: WritePackOptions): Promise<WrittenPack> {
  const { dtype, targets, force } = options
  const directory = resolve(options.out)
  const model = nameOf(source)
  const { files } = await fillPackFolder(directory, { model, force }, async (folder) => {
    const staging = openStaging(folder, options.signal)
    const recorder = recordOpened(source)
    const { encoder, encoderFiles } = await readPackable(recorder.source, options)
    const encoderFolder = await encoderFolderOf(source, options)
    const configPath = inFolder(encoderFolder, 'config.json')
    const others = [...recorder.opened(), ...(await readAttachments(source, options))]
    const isEmptyFile = (path: string) => emptyFiles.some((name) => path === inFolder(encoderFolder, name))
    const absent = recorder.absent()

    const weights: WrittenWeights[] = []
    for (const form of new Set(targets.map((target) => formOf(dtype, target))))
      weights.push(
        ...(await writeWeights(encoderFiles, { ...options, encoder, form, encoderFolder, staging })),
      )
    for (const file of others) if (file.path !== configPath) await staging.copy(file)
    for (const path of absent.filter(isEmptyFile)) await staging.writeText(path, '{}\n')
    const config = (await readJson(source, configPath, options)) as object
    const described = { ...config, bert_embed: describePack({ model, dtype, weights }) }
    await staging.writeText(configPath, `${JSON.stringify(described, undefined, 2)}\n`)
    options.signal?.throwIfAborted()

    const files = staging.written().map((file): WrittenFile => {
      const form = weights.find(({ path }) => inFolder(encoderFolder, path) === file.path)?.form
      return form ? { ...file, targets: targets.filter((target) => formOf(dtype, target) === form) } : file
    })
    return { configPath, absentPaths: absent.filter((path) => !isEmptyFile(path)), files }
  })
  return { directory, model, dtype, files }
}

/** Reads everything that loading the model reads, except for the weights. */
async function readPackable(source: ModelSource, options: OpenOptions) {
  const { encoder, ...files } = await readModelFiles(source, options)
  if (files.pack)
    throw new ArgumentRangeError(
      'INVALID_OPTION',
      `${source.name} is a pack already: pack the model that it was made from${files.pack.model && `, ${files.pack.model}`}.`,
    )
  const { headModules } = files.sentence
  if (headModules.length > 0) await loadSentenceHead(source, headModules, options)
  return { ...files, encoder: encoder! } // an unknown architecture is an error without the option onnx
}

interface PackContents {
  readonly model: string
  readonly dtype: PackDtype
  readonly weights: readonly WrittenWeights[]
}

/** The field `bert_embed`, which `parsePack` reads. */
function describePack({ model, dtype, weights }: PackContents) {
  const byForm: Record<string, object[]> = {}
  for (const { form, path, byteLength, sha256, pieces } of weights) {
    byForm[form] ??= []
    byForm[form].push({ file: path, bytes: byteLength, sha256, piece_sha256: pieces })
  }
  return { version: packVersion, weights_version: convertedFileVersion, model, dtype, weights: byForm }
}

function formOf(dtype: PackDtype, target: PackTarget): ConvertedDtype {
  return dtype === 'q8' ? q8Forms[target] : dtype
}

/** A name of the Hub, or else the last part of a path or a URL: the rest is nobody else's business. */
function nameOf({ name }: ModelSource): string {
  return isHubName(name) && !existsSync(name) ? name : (/[^\\/]+(?=[\\/]*$)/.exec(name)?.[0] ?? 'model')
}
