import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BertEmbedError } from '../../../src/errors.js'
import { parseEncoder } from '../../../src/model/architectures/parse-encoder.js'
import { encoderGraph } from '../../../src/model/onnx/encoder-graph.js'
import { modelToBytes } from '../../../src/model/onnx/onnx-proto.js'
import { architectureCheckpoints, readJson } from '../../support/fixtures.js'
import { loadParts } from '../onnx/open-graph.js'

type Config = Record<string, unknown>

const configs = new Map(
  architectureCheckpoints.map((name) => [name, readJson<Config>(name, 'config.json')] as const),
)
const configOf = (name: string) => configs.get(`${name}-untrained`)!

/** The bytes of the graph for a config and a checkpoint's weights. */
async function graphBytes(name: string, config: Config): Promise<Uint8Array> {
  const { weights } = await loadParts(`${name}-untrained`)
  const encoder = await parseEncoder(config)
  return modelToBytes(encoderGraph({ encoder, weights, locate: (file) => file }))
}

describe("an architecture's config.json", () => {
  test.each([
    ['bert', 512, 'bert.'],
    ['ernie', 512, 'ernie.'],
    ['distilbert', 512, 'distilbert.'],
    ['electra', 512, 'electra.'],
    ['albert', 512, 'albert.'],
    ['roberta', 510, 'roberta.'],
    ['xlm-roberta', 510, 'roberta.'],
    ['camembert', 510, 'roberta.'],
    ['data2vec-text', 510, 'data2vec_text.'],
    ['mpnet', 510, 'mpnet.'],
    ['modernbert', 8192, 'model.'],
    ['nomic_bert', 2048, 'nomic_bert.'],
  ])(
    'model_type %s takes %i tokens by default, and its tensors may have the prefix %s',
    async (modelType, maxTokens, prefix) => {
      expect(await parseEncoder({ model_type: modelType })).toMatchObject({ maxTokens, prefix })
    },
  )

  test.each([
    ['DistilBertModel', 30522, 6],
    ['RobertaForMaskedLM', 50265, 12],
    ['XLMRobertaModel', 30522, 12],
    ['AlbertForMaskedLM', 30000, 12],
    ['ModernBertForMaskedLM', 50368, 22],
  ])('a config.json without model_type is read by its class %s', async (name, vocabSize, numHiddenLayers) => {
    expect(await parseEncoder({ architectures: [name] })).toMatchObject({ vocabSize, numHiddenLayers })
  })

  test.each([
    ['roberta', { is_decoder: true }, 'is_decoder'],
    ['electra', { position_embedding_type: 'relative_key' }, 'relative_key'],
    ['albert', { hidden_act: 'swiglu' }, 'swiglu'],
    ['distilbert', { activation: 'softsign' }, 'softsign'],
    ['modernbert', { rope_scaling: { rope_type: 'yarn', factor: 4 } }, 'yarn'],
    ['modernbert-biases', { layer_types: ['full_attention', 'chunked_attention'] }, 'chunked_attention'],
    ['modernbert-biases', { rope_parameters: { full_attention: { rope_type: 'linear' } } }, 'linear'],
    ['nomic-bert', { qkv_proj_bias: true }, 'qkv_proj_bias true'],
    ['nomic-bert', { rotary_emb_fraction: 0.5 }, '0.5'],
    ['bert-small', { model_type: 'gpt2' }, 'gpt2'],
  ])('a config of %s with %j is an error UNSUPPORTED_MODEL that names %s', async (name, change, named) => {
    const parsing = parseEncoder({ ...configOf(name), ...change })
    await expect(parsing).rejects.toMatchObject({ code: 'UNSUPPORTED_MODEL' })
    await expect(parsing).rejects.toThrow(named)
  })

  test.each([
    ['roberta', { pad_token_id: 65 }],
    ['mpnet', { max_position_embeddings: 2 }],
    ['mpnet', { relative_attention_num_buckets: 16 }],
    ['albert', { num_hidden_groups: 4 }],
    ['distilbert', { dim: 15 }],
    ['modernbert-biases', { layer_types: ['full_attention'] }],
    ['modernbert', { num_attention_heads: 16 }],
    ['nomic-bert', { rotary_emb_base: 0 }],
    ['ernie', { use_task_id: 'yes' }],
  ])('a config of %s with %j is an error INVALID_CONFIG', async (name, change) => {
    const parsing = parseEncoder({ ...configOf(name), ...change })
    await expect(parsing).rejects.toMatchObject({ code: 'INVALID_CONFIG' })
  })

  test('any config becomes an encoder or a typed error', async () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 1 }),
      fc.integer(),
      fc.constantFrom(...[...configs.values()].flatMap((config) => Object.values(config))),
    )
    const field = fc.constantFrom(...new Set([...configs.values()].flatMap((config) => Object.keys(config))))
    const changed = fc
      .tuple(fc.constantFrom(...configs.values()), fc.dictionary(field, value, { maxKeys: 3 }))
      .map(([config, change]) => ({ ...config, ...change }))
    await fc.assert(
      fc.asyncProperty(changed, async (json) => {
        try {
          const { maxTokens, hiddenSize } = await parseEncoder(json)
          expect(Math.min(maxTokens, hiddenSize)).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toBeInstanceOf(BertEmbedError)
        }
      }),
      { numRuns: 1500 },
    )
  })
})

describe('the two formats of config.json', () => {
  test('NomicBERT has the same graph in both formats', async () => {
    const { n_embd, n_head, n_inner, n_layer, n_positions, ...others } = configOf('nomic-bert')
    const today = {
      model_type: others.model_type,
      vocab_size: others.vocab_size,
      hidden_size: n_embd,
      num_attention_heads: n_head,
      intermediate_size: n_inner,
      num_hidden_layers: n_layer,
      max_position_embeddings: n_positions,
      rope_parameters: { rope_theta: 1000, rope_type: 'default' },
    }
    expect(await graphBytes('nomic-bert', today)).toEqual(
      await graphBytes('nomic-bert', configOf('nomic-bert')),
    )
  })

  test('ModernBERT has the same graph in both formats', async () => {
    const { global_attn_every_n_layers, global_rope_theta, local_rope_theta, ...others } =
      configOf('modernbert')
    const today = {
      ...others,
      layer_types: ['full_attention', 'sliding_attention', 'sliding_attention', 'full_attention'],
      rope_parameters: {
        full_attention: { rope_type: 'default', rope_theta: global_rope_theta },
        sliding_attention: { rope_type: 'default', rope_theta: local_rope_theta },
      },
    }
    expect(await graphBytes('modernbert', today)).toEqual(
      await graphBytes('modernbert', configOf('modernbert')),
    )
  })

  test('NomicBERT with scaled angles takes texts of up to the trained length', async () => {
    const config = {
      ...configOf('nomic-bert'),
      n_positions: 8192,
      max_trained_positions: 2048,
    }
    expect(await parseEncoder(config)).toMatchObject({ maxTokens: 8192 })
    expect(await parseEncoder({ ...config, rotary_scaling_factor: 2 })).toMatchObject({ maxTokens: 2048 })
  })
})
