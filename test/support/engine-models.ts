/** Models for the engine and for ONNX Runtime, and batches for both. Runs in Node and in browsers. */

import type { OnnxModel, PlanModel } from '../../src/backends/backend.js'
import { planEncoder } from '../../src/engine/plan-encoder.js'
import { ownGraphModel } from '../../src/loading/onnx/own-graph-model.js'
import { loadWeights } from '../../src/loading/weights/load-weights.js'
import { parseEncoder } from '../../src/model/architectures/parse-encoder.js'
import type { Dtype } from '../../src/model/dtypes.js'
import { encoderInputs, poolingWeightsInput } from '../../src/model/encoder-tensors.js'
import { memorySource } from '../../src/sources/memory.js'
import { segmentWeights } from '../../src/tensor/pooling-segments.js'
import { poolingWeights } from '../../src/tensor/pooling-weights.js'
import { createTensor, type Tensor } from '../../src/tensor/tensor.js'
import { createRandom, createRandomWeights, type RandomModelOptions } from './random-model.js'

export const architectureNames = [
  'bert',
  'roberta',
  'electra',
  'ernie',
  'mpnet',
  'albert',
  'distilbert',
  'modernbert',
  'nomic',
] as const
export type ArchitectureName = (typeof architectureNames)[number]

type Config = Readonly<Record<string, unknown>>

/** A `config.json` of each architecture. `size` sets its sizes by names that they share. */
export const configOf: Readonly<Record<ArchitectureName, (size: ConfigSize) => Config>> = {
  bert: ({ hidden, heads, inner, layers = 2, activation = 'gelu' }: ConfigSize) => ({
    model_type: 'bert',
    hidden_act: activation,
    hidden_size: hidden,
    intermediate_size: inner,
    num_attention_heads: heads,
    num_hidden_layers: layers,
    max_position_embeddings: 320,
    type_vocab_size: 2,
    vocab_size: vocabSize,
    layer_norm_eps: 1e-12,
    pad_token_id: 0,
  }),
  roberta: (size: ConfigSize) => ({ ...configOf.bert(size), model_type: 'roberta', type_vocab_size: 1 }),
  electra: (size: ConfigSize) => ({ ...configOf.bert(size), model_type: 'electra', embedding_size: 12 }),
  ernie: (size: ConfigSize) => ({
    ...configOf.bert(size),
    model_type: 'ernie',
    use_task_id: true,
    task_type_vocab_size: 3,
  }),
  mpnet: (size: ConfigSize) => ({
    ...configOf.bert(size),
    model_type: 'mpnet',
    relative_attention_num_buckets: 32,
  }),
  albert: (size: ConfigSize) => ({
    ...configOf.bert(size),
    model_type: 'albert',
    embedding_size: 12,
    inner_group_num: 1,
    num_hidden_groups: 1,
  }),
  distilbert: ({ hidden, heads, inner, layers = 2, activation = 'gelu' }: ConfigSize) => ({
    model_type: 'distilbert',
    activation,
    dim: hidden,
    hidden_dim: inner,
    n_heads: heads,
    n_layers: layers,
    max_position_embeddings: 320,
    vocab_size: vocabSize,
    pad_token_id: 0,
    sinusoidal_pos_embds: false,
  }),
  modernbert: ({ hidden, heads, inner, layers = 2, activation = 'gelu' }: ConfigSize) => ({
    model_type: 'modernbert',
    hidden_activation: activation,
    hidden_size: hidden,
    intermediate_size: inner,
    num_attention_heads: heads,
    num_hidden_layers: layers,
    max_position_embeddings: 320,
    vocab_size: vocabSize,
    pad_token_id: 0,
    attention_bias: false,
    mlp_bias: false,
    norm_bias: false,
    norm_eps: 1e-5,
    local_attention: 12,
    global_attn_every_n_layers: 2,
    global_rope_theta: 160_000,
    local_rope_theta: 10_000,
  }),
  nomic: ({ hidden, heads, inner, layers = 2 }: ConfigSize) => ({
    model_type: 'nomic_bert',
    activation_function: 'swiglu',
    causal: false,
    n_embd: hidden,
    n_head: heads,
    n_inner: inner,
    n_layer: layers,
    n_positions: 320,
    parallel_block: false,
    prenorm: false,
    qkv_proj_bias: false,
    mlp_fc1_bias: false,
    mlp_fc2_bias: false,
    rotary_emb_base: 1000,
    rotary_emb_fraction: 1,
    rotary_emb_interleaved: false,
    rotary_scaling_factor: null,
    layer_norm_epsilon: 1e-12,
    type_vocab_size: 2,
    use_rms_norm: false,
    vocab_size: vocabSize,
  }),
}

export interface ConfigSize {
  readonly hidden: number
  readonly heads: number
  readonly inner: number
  readonly layers?: number | undefined
  readonly activation?: string | undefined
}

const vocabSize = 50

export interface ModelOptions extends RandomModelOptions {
  /** The dtype to load. @default 'fp32' */
  readonly load?: Dtype | undefined
}

/** A model with random weights, as the engine takes it. */
export async function randomPlanModel(config: Config, options: ModelOptions): Promise<PlanModel> {
  const encoder = await parseEncoder(config)
  const source = memorySource({ 'model.safetensors': await createRandomWeights(config, options) })
  const { files, weights } = await loadWeights(source, { encoder, dtype: options.load, takesPlan: true })
  return { files, plan: planEncoder(encoder, weights) }
}

/** The same model for ONNX Runtime. */
export async function randomOnnxModel(config: Config, options: ModelOptions): Promise<OnnxModel> {
  const encoder = await parseEncoder(config)
  const source = memorySource({ 'model.safetensors': await createRandomWeights(config, options) })
  const loaded = await loadWeights(source, { encoder, dtype: options.load })
  return ownGraphModel(encoder, loaded, { device: undefined, maxPooling: true })
}

export interface BatchOptions {
  readonly seed: number
  /** @default 'right' */
  readonly paddingSide?: 'left' | 'right'
  /** @default the length of the longest text */
  readonly width?: number | undefined
  readonly tokenTypes?: number | undefined
}

/** The inputs of a run with random texts of these lengths. The same seed gives a text at an index the same tokens. */
export function randomBatch(
  lengths: readonly number[],
  { seed, paddingSide = 'right', width = Math.max(...lengths), tokenTypes = 1 }: BatchOptions,
): Record<string, Tensor> {
  const shape = [lengths.length, width]
  const [ids, mask, types] = [0, 1, 2].map(() => new Int32Array(lengths.length * width)) as Int32Array[]
  for (const [text, length] of lengths.entries()) {
    const random = createRandom(1000 * seed + text)
    const first = text * width + (paddingSide === 'left' ? width - length : 0)
    for (let token = 0; token < length; token++) {
      ids![first + token] = 2 + Math.floor(random() * (vocabSize - 2))
      types![first + token] = Math.floor(random() * tokenTypes)
    }
    mask!.fill(1, first, first + length)
  }
  return inputsOf([ids!, mask!, types!].map((data) => createTensor('int32', data, shape)))
}

/** One text of a batch, without padding. */
export function textOf(inputs: Readonly<Record<string, Tensor>>, text: number): Record<string, Tensor> {
  const mask = inputs[encoderInputs[1]]!
  const width = mask.shape[1]!
  const row = Array.from(mask.data as Int32Array).slice(text * width, (text + 1) * width)
  const start = text * width + Math.max(0, row.indexOf(1))
  const length = row.filter((value) => value === 1).length
  return inputsOf(
    encoderInputs.map((name) =>
      createTensor('int32', (inputs[name]!.data as Int32Array).slice(start, start + length), [1, length]),
    ),
  )
}

function inputsOf([ids, mask, types]: readonly Tensor<'int32'>[]): Record<string, Tensor> {
  return {
    [encoderInputs[0]]: ids!,
    [encoderInputs[1]]: mask!,
    [encoderInputs[2]]: types!,
    [poolingWeightsInput]: segmentWeights(poolingWeights(mask!, ['mean', 'cls'])),
  }
}
