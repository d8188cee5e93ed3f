import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BertEmbedError } from '../../../src/errors.js'
import { parseBertConfig } from '../../../src/model/config/parse-bert-config.js'

/** The config of google-bert/bert-base-cased. */
const published = {
  architectures: ['BertForMaskedLM'],
  attention_probs_dropout_prob: 0.1,
  gradient_checkpointing: false,
  hidden_act: 'gelu',
  hidden_dropout_prob: 0.1,
  hidden_size: 768,
  initializer_range: 0.02,
  intermediate_size: 3072,
  layer_norm_eps: 1e-12,
  max_position_embeddings: 512,
  model_type: 'bert',
  num_attention_heads: 12,
  num_hidden_layers: 12,
  pad_token_id: 0,
  position_embedding_type: 'absolute',
  type_vocab_size: 2,
  use_cache: true,
  vocab_size: 28996,
}

describe('config.json', () => {
  test('all fields of a published config.json are read', () => {
    expect(parseBertConfig(published)).toEqual({
      vocabSize: 28996,
      hiddenSize: 768,
      numHiddenLayers: 12,
      numAttentionHeads: 12,
      intermediateSize: 3072,
      hiddenAct: 'gelu',
      maxPositionEmbeddings: 512,
      typeVocabSize: 2,
      layerNormEps: 1e-12,
    })
  })

  test("absent fields have the defaults of transformers' BertConfig", () => {
    const { vocabSize, ...others } = parseBertConfig(published)
    expect(vocabSize).toBe(28996)
    expect(parseBertConfig({ model_type: 'bert' })).toEqual({ ...others, vocabSize: 30522 })
  })

  test('a config.json without model_type is read by the class it was saved from', () => {
    const { model_type: _, ...old } = published
    expect(parseBertConfig(old)).toEqual(parseBertConfig(published))
    const roberta = { ...old, architectures: ['RobertaModel'] }
    expect(() => parseBertConfig(roberta)).toThrow(/"RobertaModel"/)
    expect(() => parseBertConfig({})).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_MODEL' }))
  })

  test.each([
    ['hidden_size', 0],
    ['hidden_size', -768],
    ['hidden_size', 768.5],
    ['hidden_size', '768'],
    ['hidden_size', 1e9],
    ['vocab_size', Number.MAX_SAFE_INTEGER],
    ['num_hidden_layers', []],
    ['layer_norm_eps', 0],
    ['layer_norm_eps', 'tiny'],
    ['layer_norm_eps', 1],
  ])('a config.json with %s %j is an error that names both', (field, value) => {
    const parse = () => parseBertConfig({ ...published, [field]: value })
    expect(parse).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' }))
    expect(parse).toThrow(new RegExp(field))
  })

  test.each([null, [], 'bert', 7])('a config.json that is %j is an error INVALID_CONFIG', (json) => {
    expect(() => parseBertConfig(json)).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' }))
  })

  test('a config.json of any content is parsed or is a typed error', () => {
    const value = fc.oneof(fc.jsonValue(), fc.integer(), fc.constantFrom(...Object.values(published)))
    const field = fc.constantFrom(...Object.keys(published))
    const changes = fc.dictionary(field, value)
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          changes.map((change) => ({ ...published, ...change })),
        ),
        (json) => {
          try {
            const { hiddenSize, numAttentionHeads } = parseBertConfig(json)
            expect(hiddenSize % numAttentionHeads).toBe(0)
          } catch (error) {
            expect(error).toBeInstanceOf(BertEmbedError)
          }
        },
      ),
      { numRuns: 5000 },
    )
  })
})
