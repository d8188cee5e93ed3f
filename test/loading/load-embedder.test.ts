import { describe, expect, test } from 'vitest'
import { nodeBackend } from '../../src/backends/ort/ort.node.js'
import type { ErrorCode } from '../../src/errors.js'
import { loadEmbedder } from '../../src/loading/load-embedder.js'
import { hubSource } from '../../src/sources/hub/hub-source.js'
import { memorySource } from '../../src/sources/memory.js'
import { readFiles } from '../support/fixtures.js'
import { commit, startHub } from '../support/hub-server.js'

const query = 'encoder.layer.0.attention.self.query.weight'

type Files = Readonly<Record<string, Uint8Array | string | undefined>>

const tiny: Files = readFiles('tiny-relu')
const sentence: Files = {
  ...readFiles('sentence-transformers-new'),
  '1_Pooling/config.json': '{"embedding_dimension": 16, "pooling_mode": "mean"}',
}
const backend = nodeBackend()

const decode = (bytes: Uint8Array | string | undefined) => new TextDecoder().decode(bytes as Uint8Array)

/** A source without the files that are `undefined`. */
function sourceOf(files: Files) {
  const present = Object.entries(files).filter(([, content]) => content !== undefined)
  return memorySource(Object.fromEntries(present) as Record<string, Uint8Array | string>)
}

/** A model with one file replaced or, without a content, removed. */
const withFile = (files: Files, path: string, content?: Uint8Array | string) => ({
  ...files,
  [path]: content,
})

/** The tiny model with some fields of config.json changed. */
const withConfig = (fields: Record<string, unknown>) =>
  withFile(tiny, 'config.json', JSON.stringify({ ...JSON.parse(decode(tiny['config.json'])), ...fields }))

/** The tiny model with another header in model.safetensors, and the same data. */
function withHeader(change: (header: Record<string, Record<string, unknown>>) => unknown): Files {
  const bytes = tiny['model.safetensors'] as Uint8Array
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  const header = JSON.parse(decode(bytes.subarray(8, 8 + length)))
  const json = new TextEncoder().encode(JSON.stringify(change(header)))
  const edited = new Uint8Array(8 + json.byteLength + bytes.byteLength - 8 - length)
  new DataView(edited.buffer).setBigUint64(0, BigInt(json.byteLength), true)
  edited.set(json, 8)
  edited.set(bytes.subarray(8 + length), 8 + json.byteLength)
  return withFile(tiny, 'model.safetensors', edited)
}

/** The tiny model with some fields of one tensor's header changed. */
const withTensor = (fields: Record<string, unknown>) =>
  withHeader((header) => ({ ...header, [query]: { ...header[query], ...fields } }))

const withoutQuery = withHeader(({ [query]: tensor, ...header }) => ({ ...header, other: tensor }))

/** The tiny model with its weights in a shard. */
const withShard = (path: string) =>
  withFile(withWeights(), 'model.safetensors.index.json', `{"weight_map": {"a": "${path}"}}`)

function withWeights(content?: Uint8Array | string) {
  return withFile(tiny, 'model.safetensors', content)
}

describe('loading invalid files', () => {
  /** Tests that loading the files rejects with a code and a message. */
  function refuses(what: string, files: Files, code: ErrorCode, message: RegExp): void {
    test(`${what} is an error ${code}`, async () => {
      const loading = loadEmbedder(sourceOf(files), backend)
      await expect(loading).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
    })
  }

  const html = '<html></html>'
  const pointer = 'version https://git-lfs.github.com/spec/v1\n'
  const truncated = (tiny['model.safetensors'] as Uint8Array).subarray(0, -1)
  const withoutTokenizer = withFile(withFile(tiny, 'tokenizer.json'), 'vocab.txt')
  const withTokenizer = (content: string) => withFile(tiny, 'tokenizer.json', content)
  const withModules = (content: string) => withFile(sentence, 'modules.json', content)
  const withPooling = (content?: string) => withFile(sentence, '1_Pooling/config.json', content)
  const unknownModules = '[{"type": "a.Transformer", "path": ""}, {"type": "a.LSTM"}]'

  const refusesConfig = (what: string, fields: Record<string, unknown>, code: ErrorCode, message: RegExp) =>
    refuses(what, withConfig(fields), code, message)
  const noModel = withTokenizer('{"version": "1.0"}')
  const relativePositions = { position_embedding_type: 'relative_key' }
  const missingShard = withShard('model-00001-of-00001.safetensors')
  const outsideShard = withShard('../model.safetensors')

  refuses('a repository without files', {}, 'FILE_NOT_FOUND', /config\.json/)
  refuses('a missing tokenizer', withoutTokenizer, 'FILE_NOT_FOUND', /tokenizer\.json/)
  refuses('a missing weight file', withWeights(), 'FILE_NOT_FOUND', /model\.safetensors/)
  refuses('an HTML page as config', withFile(tiny, 'config.json', html), 'INVALID_JSON', /HTML/)
  refuses('an HTML page as tokenizer', withTokenizer(html), 'INVALID_JSON', /tokenizer\.json/)
  refuses('an HTML page as weights', withWeights(`<!doctype html>${html}`), 'INVALID_SAFETENSORS', /HTML/)
  refuses('a Git LFS pointer as weights', withWeights(pointer), 'INVALID_SAFETENSORS', /git lfs pull/)
  refuses('an empty weight file', withWeights(''), 'INVALID_SAFETENSORS', /model\.safetensors/)
  refuses('a truncated weight file', withWeights(truncated), 'INVALID_SAFETENSORS', /model\.safetensors/)
  refuses('a tokenizer without a model', noModel, 'INVALID_TOKENIZER', /tokenizer\.json/)
  refusesConfig('an unknown architecture', { model_type: 'gpt2' }, 'UNSUPPORTED_MODEL', /"gpt2"/)
  refusesConfig('a relative position embedding', relativePositions, 'UNSUPPORTED_MODEL', /relative_key/)
  refusesConfig('an unknown activation', { hidden_act: 'maxout' }, 'UNSUPPORTED_MODEL', /maxout/)
  refusesConfig('a decoder', { is_decoder: true }, 'UNSUPPORTED_MODEL', /is_decoder/)
  refusesConfig('an odd number of heads', { num_attention_heads: 5 }, 'INVALID_CONFIG', /heads 5/)
  refusesConfig('an absurd size', { vocab_size: 1e12 }, 'INVALID_CONFIG', /vocab_size/)
  refusesConfig('another size than the weights', { intermediate_size: 7 }, 'INVALID_WEIGHTS', /intermediate/)
  refusesConfig('a layer without weights', { num_hidden_layers: 3 }, 'MISSING_TENSOR', /encoder\.layer\.2/)
  refusesConfig('a table that is too small', { vocab_size: 50 }, 'INVALID_TOKENIZER', /size 50/)
  refuses('a missing tensor', withoutQuery, 'MISSING_TENSOR', /query\.weight/)
  refuses('an integer weight', withTensor({ dtype: 'I32' }), 'INVALID_WEIGHTS', /I32/)
  refuses('a transposed weight', withTensor({ shape: [1, 256] }), 'INVALID_WEIGHTS', /\[1, 256\]/)
  refuses('a missing shard', missingShard, 'FILE_NOT_FOUND', /00001/)
  refuses('a shard outside the folder', outsideShard, 'INVALID_SAFETENSORS', /\.\.\/model/)
  refuses('an object as modules.json', withModules('{}'), 'INVALID_CONFIG', /modules\.json/)
  refuses('an unknown module', withModules(unknownModules), 'UNSUPPORTED_MODEL', /a\.LSTM/)
  refuses('an unknown pooling mode', withPooling('{"pooling_mode": "median"}'), 'UNSUPPORTED_MODEL', /median/)
  refuses('a missing pooling config', withPooling(), 'FILE_NOT_FOUND', /config\.json/)

  test('the unchanged files load', async () => {
    for (const files of [tiny, sentence, withHeader((header) => header)])
      await (await loadEmbedder(sourceOf(files), backend)).dispose()
  })
})

describe('loading with invalid options', () => {
  const anything = (value: unknown) => value as never

  test.each([
    ['dtype', { dtype: anything('fp8') }],
    ['maxBatchTokens', { maxBatchTokens: 0 }],
    ['pooling', { pooling: anything('median') }],
    ['normalize', { normalize: anything(1) }],
    ['maxLength above the positions', { maxLength: 65 }],
    ['maxLength without room for [CLS] and [SEP]', { maxLength: 1 }],
    ['threads', { threads: -1 }],
    ['sessions', { sessions: 1.5 }],
    ['a number of sessions beyond any number of cores', { sessions: 1e9 }],
  ])('%s is an error INVALID_OPTION', async (_, options) => {
    const loading = loadEmbedder(sourceOf(tiny), backend, options)
    await expect(loading).rejects.toMatchObject({ code: 'INVALID_OPTION' })
  })

  test('an unknown device is an error UNSUPPORTED_DEVICE', async () => {
    const loading = loadEmbedder(sourceOf(tiny), backend, { device: 'abacus' })
    await expect(loading).rejects.toMatchObject({ code: 'UNSUPPORTED_DEVICE' })
  })

  test('a source or backend without its methods is a TypeError', async () => {
    await expect(loadEmbedder(anything({}), backend)).rejects.toThrow(TypeError)
    await expect(loadEmbedder(anything(null), backend)).rejects.toThrow(TypeError)
    await expect(loadEmbedder(sourceOf(tiny), anything({}))).rejects.toThrow(TypeError)
  })

  test('loading with an aborted signal rejects with its reason', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(loadEmbedder(sourceOf(tiny), backend, { signal })).rejects.toThrow('enough')
  })
})

test('max pooling gives the same vectors whether it is an option of loading or of a call', async () => {
  const texts = ['knight', 'the knight rode on and on']
  const loaded = await loadEmbedder(sourceOf(tiny), backend, { pooling: ['mean', 'max'] })
  const asked = await loadEmbedder(sourceOf(tiny), backend)
  const vectors = await asked.embed(texts, { pooling: ['mean', 'max'] })
  expect(vectors).toEqual(await loaded.embed(texts))
})

describe("the model's own files", () => {
  test('options override the settings in the files of a model', async () => {
    const byDefault = await loadEmbedder(sourceOf(sentence), backend)
    expect(byDefault).toMatchObject({ pooling: ['mean'], normalize: true })
    const asked = await loadEmbedder(sourceOf(sentence), backend, {
      pooling: ['cls', 'max'],
      normalize: false,
      maxLength: 8,
    })
    expect(asked).toMatchObject({
      pooling: ['cls', 'max'],
      normalize: false,
      maxLength: 8,
      dimension: 2 * byDefault.dimension,
    })
    expect(asked.tokenize('the knight rode on and on').tokens[0]).toHaveLength(8)
  })

  test('the encoder may be in a folder, as in old sentence-transformers models', async () => {
    const moved = Object.entries(tiny).map(([path, bytes]) => [`0_Transformer/${path}`, bytes])
    const modules = '[{"type": "sentence_transformers.models.Transformer", "path": "0_Transformer"}]'
    const files = { ...Object.fromEntries(moved), 'modules.json': modules }
    const embedder = await loadEmbedder(sourceOf(files), backend)
    expect(await embedder.embed('knight')).toHaveLength(embedder.dimension)
  })

  test('the maximum length may be in a file named after the architecture', async () => {
    const { 'sentence_bert_config.json': _, ...others } = sentence
    const files = { ...others, 'sentence_xlm-roberta_config.json': '{"max_seq_length": 9}' }
    expect((await loadEmbedder(sourceOf(files), backend)).maxLength).toBe(9)
  })

  test.each(['main', commit])(
    'a Hub model at revision %s loads without a request for optional files that it lacks',
    async (revision) => {
      const names = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json']
      const files = readFiles('tiny-relu')
      const present = Object.fromEntries(names.map((name) => [name, files[name]!]))
      await using hub = await startHub({ 'owner/name': present })
      await using _ = await loadEmbedder(
        hubSource('owner/name', { endpoint: hub.endpoint, revision }),
        backend,
      )
      expect([...hub.requests].sort()).toEqual([
        `/api/models/owner/name/revision/${revision}`,
        ...names.map((name) => `/owner/name/resolve/${commit}/${name}`),
      ])
    },
  )

  test('the files of sentence-transformers are ignored without modules.json', async () => {
    const { 'modules.json': _, ...others } = sentence
    const files = { ...others, 'sentence_bert_config.json': '{"max_seq_length": 9}' }
    const embedder = await loadEmbedder(sourceOf(files), backend)
    expect(embedder).toMatchObject({ maxLength: 64, normalize: false, prompts: {} })
  })

  test('a model may set a default prompt and a dimension', async () => {
    const settings = '{"prompts": {"search": "find: "}, "default_prompt_name": "search", "truncate_dim": 5}'
    const files = { ...sentence, 'config_sentence_transformers.json': settings }
    const embedder = await loadEmbedder(sourceOf(files), backend)
    expect(embedder).toMatchObject({ dimension: 5, prompts: { search: 'find: ' } })
    const vector = await embedder.embed('knight')
    expect(vector).toHaveLength(5)
    expect(vector).toEqual(await embedder.embed('find: knight', { prompt: '' }))
    // The Normalize module comes before truncate_dim, as in sentence-transformers.
    expect(Math.hypot(...vector)).toBeLessThan(0.99)
    expect(Math.hypot(...(await embedder.embed('knight', { normalize: true })))).toBeCloseTo(1, 6)
  })
})
