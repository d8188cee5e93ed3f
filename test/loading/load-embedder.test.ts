import { describe, expect, test } from 'vitest'
import { nodeBackend } from '../../src/backends/ort/ort.node.js'
import { loadEmbedder } from '../../src/loading/load-embedder.js'
import { memorySource } from '../../src/sources/memory.js'
import { readFiles } from '../support/fixtures.js'

type Files = Record<string, Uint8Array | string>

const tiny = readFiles('tiny-relu')
const sentence: Files = {
  ...readFiles('sentence-transformers-new'),
  '1_Pooling/config.json': '{"embedding_dimension": 16, "pooling_mode": "mean"}',
}
const backend = nodeBackend()

const text = (bytes: Uint8Array | string | undefined) => new TextDecoder().decode(bytes as Uint8Array)

/** A JSON file with some fields changed. */
function edit(bytes: Uint8Array | undefined, fields: Record<string, unknown>): string {
  return JSON.stringify({ ...JSON.parse(text(bytes)), ...fields })
}

/** model.safetensors with its header replaced, the data as it is. */
function editHeader(change: (header: Record<string, Record<string, unknown>>) => unknown): Uint8Array {
  const bytes = tiny['model.safetensors']!
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  const header = JSON.parse(text(bytes.subarray(8, 8 + length)))
  const json = new TextEncoder().encode(JSON.stringify(change(header) ?? header))
  const edited = new Uint8Array(8 + json.byteLength + bytes.byteLength - 8 - length)
  new DataView(edited.buffer).setBigUint64(0, BigInt(json.byteLength), true)
  edited.set(json, 8)
  edited.set(bytes.subarray(8 + length), 8 + json.byteLength)
  return edited
}

const query = 'encoder.layer.0.attention.self.query.weight'

describe('files that are no model', () => {
  const cases: readonly (readonly [string, Files, string, RegExp])[] = [
    ['nothing', {}, 'FILE_NOT_FOUND', /config\.json/],
    [
      'no tokenizer',
      { ...tiny, 'tokenizer.json': undefined, 'vocab.txt': undefined } as never,
      'FILE_NOT_FOUND',
      /tokenizer\.json/,
    ],
    [
      'no weights',
      { ...tiny, 'model.safetensors': undefined } as never,
      'FILE_NOT_FOUND',
      /model\.safetensors/,
    ],
    ['a page for a config', { ...tiny, 'config.json': '<html></html>' }, 'INVALID_JSON', /HTML/],
    [
      'a page for a tokenizer',
      { ...tiny, 'tokenizer.json': '<html></html>' },
      'INVALID_JSON',
      /tokenizer\.json/,
    ],
    [
      'a page for weights',
      { ...tiny, 'model.safetensors': '<!doctype html><html></html>' },
      'INVALID_SAFETENSORS',
      /HTML/,
    ],
    [
      'a pointer for weights',
      { ...tiny, 'model.safetensors': 'version https://git-lfs.github.com/spec/v1\n' },
      'INVALID_SAFETENSORS',
      /git lfs pull/,
    ],
    ['empty weights', { ...tiny, 'model.safetensors': '' }, 'INVALID_SAFETENSORS', /model\.safetensors/],
    [
      'weights cut short',
      { ...tiny, 'model.safetensors': tiny['model.safetensors']!.subarray(0, -1) },
      'INVALID_SAFETENSORS',
      /model\.safetensors/,
    ],
    [
      'a tokenizer that is none',
      { ...tiny, 'tokenizer.json': '{"version": "1.0"}' },
      'INVALID_TOKENIZER',
      /tokenizer\.json/,
    ],
    [
      'another architecture',
      { ...tiny, 'config.json': edit(tiny['config.json'], { model_type: 'gpt2' }) },
      'UNSUPPORTED_MODEL',
      /"gpt2"/,
    ],
    [
      'relative positions',
      { ...tiny, 'config.json': edit(tiny['config.json'], { position_embedding_type: 'relative_key' }) },
      'UNSUPPORTED_MODEL',
      /relative_key/,
    ],
    [
      'an unknown activation',
      { ...tiny, 'config.json': edit(tiny['config.json'], { hidden_act: 'maxout' }) },
      'UNSUPPORTED_MODEL',
      /maxout/,
    ],
    [
      'a decoder',
      { ...tiny, 'config.json': edit(tiny['config.json'], { is_decoder: true }) },
      'UNSUPPORTED_MODEL',
      /is_decoder/,
    ],
    [
      'heads that do not divide',
      { ...tiny, 'config.json': edit(tiny['config.json'], { num_attention_heads: 5 }) },
      'INVALID_CONFIG',
      /num_attention_heads 5/,
    ],
    [
      'an absurd size',
      { ...tiny, 'config.json': edit(tiny['config.json'], { vocab_size: 1e12 }) },
      'INVALID_CONFIG',
      /vocab_size/,
    ],
    [
      'a size the weights do not have',
      { ...tiny, 'config.json': edit(tiny['config.json'], { intermediate_size: 7 }) },
      'INVALID_WEIGHTS',
      /intermediate\.dense\.weight/,
    ],
    [
      'more layers than the weights have',
      { ...tiny, 'config.json': edit(tiny['config.json'], { num_hidden_layers: 3 }) },
      'MISSING_TENSOR',
      /encoder\.layer\.2/,
    ],
    [
      'a vocabulary larger than the table',
      { ...tiny, 'config.json': edit(tiny['config.json'], { vocab_size: 50 }) },
      'INVALID_TOKENIZER',
      /vocab_size 50/,
    ],
    [
      'a missing tensor',
      {
        ...tiny,
        'model.safetensors': editHeader(({ [query]: tensor, ...header }) => ({ ...header, other: tensor })),
      },
      'MISSING_TENSOR',
      /query\.weight/,
    ],
    [
      'integers for weights',
      {
        ...tiny,
        'model.safetensors': editHeader((header) => ({
          ...header,
          [query]: { ...header[query], dtype: 'I32' },
        })),
      },
      'INVALID_WEIGHTS',
      /I32/,
    ],
    [
      'a transposed weight',
      {
        ...tiny,
        'model.safetensors': editHeader((header) => ({
          ...header,
          [query]: { ...header[query], shape: [1, 256] },
        })),
      },
      'INVALID_WEIGHTS',
      /\[1, 256\]/,
    ],
    [
      'a shard that is missing',
      {
        ...tiny,
        'model.safetensors': undefined,
        'model.safetensors.index.json': '{"weight_map": {"a": "model-00001-of-00001.safetensors"}}',
      } as never,
      'FILE_NOT_FOUND',
      /00001/,
    ],
    [
      'a shard outside',
      {
        ...tiny,
        'model.safetensors': undefined,
        'model.safetensors.index.json': '{"weight_map": {"a": "../model.safetensors"}}',
      } as never,
      'INVALID_SAFETENSORS',
      /\.\.\/model/,
    ],
    ['modules that are no list', { ...sentence, 'modules.json': '{}' }, 'INVALID_CONFIG', /modules\.json/],
    [
      'a module we do not have',
      { ...sentence, 'modules.json': '[{"type": "a.Transformer", "path": ""}, {"type": "a.LSTM"}]' },
      'UNSUPPORTED_MODEL',
      /a\.LSTM/,
    ],
    [
      'an unknown pooling mode',
      { ...sentence, '1_Pooling/config.json': '{"pooling_mode": "median"}' },
      'UNSUPPORTED_MODEL',
      /median/,
    ],
    [
      'no pooling config',
      { ...sentence, '1_Pooling/config.json': undefined } as never,
      'FILE_NOT_FOUND',
      /config\.json/,
    ],
  ]

  test.each(cases)('%s', async (_, files, code, message) => {
    const present = Object.fromEntries(Object.entries(files).filter(([, bytes]) => bytes !== undefined))
    const loading = loadEmbedder(memorySource(present), backend)
    await expect(loading).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  test('the untouched files load', async () => {
    for (const files of [tiny, sentence, { ...tiny, 'model.safetensors': editHeader(() => undefined) }])
      await (await loadEmbedder(memorySource(files), backend)).dispose()
  })
})

describe('options that cannot be', () => {
  const anything = (value: unknown) => value as never

  test.each([
    ['dtype', { dtype: anything('fp8') }],
    ['maxBatchTokens', { maxBatchTokens: 0 }],
    ['pooling', { pooling: anything('median') }],
    ['normalize', { normalize: anything(1) }],
    ['maxLength beyond the positions', { maxLength: 65 }],
    ['maxLength without room for [CLS] and [SEP]', { maxLength: 1 }],
    ['threads', { threads: -1 }],
    ['sessions', { sessions: 1.5 }],
    ['more sessions than any machine has cores', { sessions: 1e9 }],
  ])('%s is an error INVALID_OPTION', async (_, options) => {
    const loading = loadEmbedder(memorySource(tiny), backend, options)
    await expect(loading).rejects.toMatchObject({ code: 'INVALID_OPTION' })
  })

  test('a device that is not there is an error UNSUPPORTED_DEVICE', async () => {
    const loading = loadEmbedder(memorySource(tiny), backend, { device: 'abacus' })
    await expect(loading).rejects.toMatchObject({ code: 'UNSUPPORTED_DEVICE' })
  })

  test('a source or backend that is none is a TypeError', async () => {
    await expect(loadEmbedder(anything({}), backend)).rejects.toThrow(TypeError)
    await expect(loadEmbedder(anything(null), backend)).rejects.toThrow(TypeError)
    await expect(loadEmbedder(memorySource(tiny), anything({}))).rejects.toThrow(TypeError)
  })

  test('an aborted signal rejects with its reason', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(loadEmbedder(memorySource(tiny), backend, { signal })).rejects.toThrow('enough')
  })
})

test('max pooling is the same, whether the model is loaded for it or one call asks for it', async () => {
  const texts = ['knight', 'the knight rode on and on']
  const loaded = await loadEmbedder(memorySource(tiny), backend, { pooling: ['mean', 'max'] })
  const asked = await loadEmbedder(memorySource(tiny), backend)
  const vectors = await asked.embed(texts, { pooling: ['mean', 'max'] })
  expect(vectors).toEqual(await loaded.embed(texts))
})

describe("the model's own files", () => {
  test('decide unless an option says otherwise', async () => {
    const own = await loadEmbedder(memorySource(sentence), backend)
    expect(own).toMatchObject({ pooling: ['mean'], normalize: true })
    const asked = await loadEmbedder(memorySource(sentence), backend, {
      pooling: ['cls', 'max'],
      normalize: false,
      maxLength: 8,
    })
    expect(asked).toMatchObject({
      pooling: ['cls', 'max'],
      normalize: false,
      maxLength: 8,
      dimension: 2 * own.dimension,
    })
    expect(asked.tokenize('the knight rode on and on').tokens[0]).toHaveLength(8)
  })

  test('may keep the encoder in a folder, as old sentence-transformers models do', async () => {
    const moved = Object.entries(tiny).map(([path, bytes]) => [`0_Transformer/${path}`, bytes])
    const modules = '[{"type": "sentence_transformers.models.Transformer", "path": "0_Transformer"}]'
    const files = { ...Object.fromEntries(moved), 'modules.json': modules }
    const embedder = await loadEmbedder(memorySource(files), backend)
    expect(await embedder.embed('knight')).toHaveLength(embedder.dimension)
  })

  test('may say the length in a file that is named after the architecture', async () => {
    const { 'sentence_bert_config.json': _, ...others } = sentence
    const files = { ...others, 'sentence_xlm-roberta_config.json': '{"max_seq_length": 9}' }
    expect((await loadEmbedder(memorySource(files), backend)).maxLength).toBe(9)
  })

  test('count only beside modules.json', async () => {
    const { 'modules.json': _, ...others } = sentence
    const files = { ...others, 'sentence_bert_config.json': '{"max_seq_length": 9}' }
    const embedder = await loadEmbedder(memorySource(files), backend)
    expect(embedder).toMatchObject({ maxLength: 64, normalize: false, prompts: {} })
  })

  test('may set a default prompt and a dimension', async () => {
    const settings = '{"prompts": {"search": "find: "}, "default_prompt_name": "search", "truncate_dim": 5}'
    const files = { ...sentence, 'config_sentence_transformers.json': settings }
    const embedder = await loadEmbedder(memorySource(files), backend)
    expect(embedder).toMatchObject({ dimension: 5, prompts: { search: 'find: ' } })
    const vector = await embedder.embed('knight')
    expect(vector).toHaveLength(5)
    expect(vector).toEqual(await embedder.embed('find: knight', { prompt: '' }))
    // Its Normalize module comes before truncate_dim, as in sentence-transformers.
    expect(Math.hypot(...vector)).toBeLessThan(0.99)
    expect(Math.hypot(...(await embedder.embed('knight', { normalize: true })))).toBeCloseTo(1, 6)
  })
})
