/** Recognises the inputs and outputs of a repository's graph by the names and shapes that exporters use. */

import { type OnnxSignature, onnxInputs } from '../../embedder/sessions/repository-graph-session.js'
import { BertEmbedError } from '../../errors.js'
import { isCastable, outerName, type ValueKind } from '../../model/onnx/file/onnx-casts.js'
import type { OnnxFile } from '../../model/onnx/file/onnx-file.js'
import type { OnnxValue } from '../../model/onnx/file/onnx-value.js'

/** The graph's outputs that become vectors. */
export interface OnnxOutputs {
  readonly tokenOutput: OnnxValue | undefined
  readonly textOutput: OnnxValue | undefined
}

type Graph = Pick<OnnxFile, 'inputs' | 'outputs'>

/** @throws {BertEmbedError} `UNSUPPORTED_MODEL` */
export function signatureOf(
  name: string,
  { inputs, outputs }: Graph,
  { hiddenSize, padId }: { readonly hiddenSize: number; readonly padId: number },
): OnnxSignature & { readonly values: OnnxOutputs } {
  const values = findOutputs(name, outputs, hiddenSize)
  const outer = (value: OnnxValue | undefined) => value && outerName('output', value)
  const fed = inputs.map((value) => ({ name: outerName('input', value), feed: feedOf(name, value) }))
  const sizes = sizesOf(name, inputs)
  const hasMask = fed.some(({ feed }) => feed === 'attentionMask')
  if (!fed.some(({ feed }) => feed === 'inputIds'))
    throw unsupported(name, 'input', inputs, 'an encoder takes input_ids')
  if (sizes.tokens !== undefined && !hasMask)
    throw unsupported(
      name,
      'input',
      inputs,
      'without attention_mask, only texts of exactly this length would be correct',
    )
  return {
    name,
    inputs: fed,
    ...sizes,
    padId,
    hasMask,
    tokenOutputName: outer(values.tokenOutput),
    textOutputName: outer(values.textOutput),
    values,
  }
}

function feedOf(name: string, value: OnnxValue) {
  // TensorFlow names a tensor by its operator and a number.
  const known = value.name.replace(/:0$/, '')
  if (!Object.hasOwn(onnxInputs, known))
    throw unsupported(name, 'input', [value], `supported: ${Object.keys(onnxInputs).join(', ')}`)
  checkValue(name, 'input', value, 2)
  return onnxInputs[known as keyof typeof onnxInputs]
}

/** The fixed sizes of the inputs, which have to agree. */
function sizesOf(name: string, inputs: readonly OnnxValue[]) {
  const sizeOf = (axis: number): number | undefined => {
    const [size, ...others] = new Set(inputs.map(({ shape }) => shape[axis]).filter((it) => it !== undefined))
    if (others.length > 0) throw unsupported(name, 'input', inputs, 'their sizes differ')
    return size
  }
  return { rows: sizeOf(0), tokens: sizeOf(1) }
}

const tokenNames = ['last_hidden_state', 'token_embeddings']
const textNames = ['sentence_embedding']

/** Names of sentence embeddings in other exports. */
const textName = /^(?:sentence_|text_|pooled_)?(?:embeddings?|embeds|vectors?)$/i
/** Scores of a language model or a classifier are not embeddings. */
const scoresName = /logits|scores?$|probabilit/i

/** Finds outputs by their names, or else by their shapes if only one output fits. */
function findOutputs(name: string, outputs: readonly OnnxValue[], hiddenSize: number): OnnxOutputs {
  const named = (names: readonly string[]) =>
    outputs.find((output) => names.includes(output.name.replace(/:0$/, '')))
  let [tokenOutput, textOutput] = [named(tokenNames), named(textNames)]
  if (!tokenOutput && !textOutput) {
    const others = outputs.filter((output) => !scoresName.test(output.name) && isCastable('output', output))
    const isWidth = (size = hiddenSize) => size === hiddenSize || hiddenSize === 0
    tokenOutput = onlyOne(others.filter(({ shape }) => shape.length === 3 && isWidth(shape[2])))
    textOutput = onlyOne(others.filter((output) => output.shape.length === 2 && textName.test(output.name)))
  }
  if (!tokenOutput && !textOutput)
    throw unsupported(name, 'output', outputs, `supported: ${[...tokenNames, ...textNames].join(', ')}`)
  if (tokenOutput) checkValue(name, 'output', tokenOutput, 3)
  if (textOutput) checkValue(name, 'output', textOutput, 2)
  return { tokenOutput, textOutput }
}

function onlyOne<T>(candidates: readonly T[]): T | undefined {
  return candidates.length === 1 ? candidates[0] : undefined
}

/** @param rank The required number of dimensions, checked if the file has the value's shape. */
function checkValue(name: string, kind: ValueKind, value: OnnxValue, rank: number): void {
  if (!isCastable(kind, value))
    throw unsupported(
      name,
      kind,
      [value],
      kind === 'input' ? 'inputs must be numbers' : 'outputs must be floats',
    )
  if (value.shape.length !== 0 && value.shape.length !== rank)
    throw unsupported(name, kind, [value], `it needs ${rank} dimensions`)
}

function unsupported(
  name: string,
  kind: ValueKind,
  values: readonly OnnxValue[],
  why: string,
): BertEmbedError {
  const found = values.map(({ name, elementType, shape }) => {
    const sizes = shape.map((size) => size ?? '?').join(', ')
    return `${name} (ONNX type ${elementType}, [${sizes}])`
  })
  return new BertEmbedError('UNSUPPORTED_MODEL', `${name} has ${kind} ${found.join(', ')}; ${why}.`)
}
