/** Finds the folder of a model's encoder. Old sentence-transformers models keep it in `0_Transformer`. */

import { parseModules } from '../model/config/sentence-modules.js'
import { type ModelSource, type OpenOptions, readJson } from '../sources/model-source.js'

/** Returns the folder, and '' for the model's own. @throws {BertEmbedError} when modules.json is invalid. */
export async function encoderFolderOf(source: ModelSource, options?: OpenOptions): Promise<string> {
  const modulesJson = await readJson(source, 'modules.json', options)
  return modulesJson === undefined ? '' : parseModules(modulesJson).transformerPath
}

/** Returns the path of a file of the encoder within the model. */
export function inFolder(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`
}
