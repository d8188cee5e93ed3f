/** Opens the weights of a pack, in the form that the backend takes. */

import { explainWrongFile } from '../../checks/explain-wrong-file.js'
import { BertEmbedError } from '../../errors.js'
import {
  type ConvertedDtype,
  createConvertedWeights,
  isConvertedFile,
} from '../../model/conversion/read-converted-file.js'
import type { SafetensorsDtype } from '../../model/safetensors/safetensors.js'
import {
  fileNotFound,
  type ModelFile,
  type ModelSource,
  type OpenOptions,
} from '../../sources/model-source.js'
import { type LoadedWeights, readTensors } from '../weights/published-weights.js'
import { checkPieces, damaged } from './check-pieces.js'
import { type Pack, type PackedFile, packCommand, packTargets, q8Forms } from './pack.js'

/** The dtypes of the tensors in each form. The file comes from anywhere, and what runs it does not check them. */
const tensorDtypes: Readonly<Record<ConvertedDtype, readonly SafetensorsDtype[]>> = {
  fp32: ['F32'],
  fp16: ['F16', 'F32'],
  q8: ['I8', 'F32'],
  'q8-blocks': ['U8', 'I8', 'F32'],
  'q8-rows': ['I8', 'F32'],
}

/**
 * @param form The form that the backend takes.
 * @throws {BertEmbedError} `FILE_NOT_FOUND` if the pack does not have this form or lacks a file, `DAMAGED_DOWNLOAD` if a
 *   file is not the one that was packed, and the source's errors.
 */
export async function loadPackedWeights(
  source: ModelSource,
  pack: Pack,
  { form, ...options }: OpenOptions & { readonly form: ConvertedDtype },
): Promise<LoadedWeights> {
  const packed = pack.weights.get(form)
  if (!packed) throw missingForm(source, pack, form)
  const files = await Promise.all(packed.map((file) => openPacked(source, file, form, options)))
  const tensors = await readTensors(files)
  for (const { name, dtype, file } of tensors.values())
    if (name !== 'seal' && !tensorDtypes[form].includes(dtype))
      throw new BertEmbedError(
        'INVALID_WEIGHTS',
        `${file}: ${name} is ${dtype}, which no ${form} weights are.`,
      )
  return { files, weights: createConvertedWeights(tensors), dtype: form }
}

async function openPacked(
  source: ModelSource,
  packed: PackedFile,
  form: ConvertedDtype,
  options: OpenOptions,
): Promise<ModelFile> {
  const { path, byteLength } = packed
  const file = await source.open(path, {
    ...options,
    expected: { byteLength, check: (chunks) => checkPieces(chunks, packed) },
  })
  if (!file)
    throw fileNotFound(
      source,
      `${path}, which config.json names: copy the whole pack, and load it again if it has just been replaced.`,
    )
  if (file.byteLength !== byteLength) {
    const start = String.fromCharCode(...(await file.read(0, Math.min(64, file.byteLength))))
    throw new BertEmbedError(
      'DAMAGED_DOWNLOAD',
      `${source.name}: ${path} has ${file.byteLength} bytes instead of ${byteLength}. ${explainWrongFile(start)}`,
    )
  }
  if (!(await isConvertedFile(file, form)))
    throw damaged(`${source.name}: ${path}`, `does not have the weights that config.json states`)
  return file
}

/** The advice is for those who made the pack, and for those who only load it. */
function missingForm({ name }: ModelSource, pack: Pack, form: ConvertedDtype): BertEmbedError {
  const targetOf = (wanted: string) => packTargets.find((target) => q8Forms[target] === wanted)
  const found = Array.from(pack.weights.keys(), (each) => targetOf(each) ?? each)
  const target = targetOf(form)
  const targets = packTargets.filter((each) => each === target || found.includes(each))
  const engine = target !== 'page' && found.includes('page') ? `set device to "wasm", or ` : ''
  return new BertEmbedError(
    'FILE_NOT_FOUND',
    `${name} was packed for ${found.join(' and ')}, not for ${target ?? form}: ${engine}pack it again, ${packCommand(pack, targets)}.`,
  )
}
