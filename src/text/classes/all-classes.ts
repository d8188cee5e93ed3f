/** The tokenizer classes of published encoders. Loaded on demand, when a checkpoint's class is not BERT's. */

import { BertEmbedError } from '../../errors.js'
import { invalidTokenizer } from '../files/invalid-tokenizer.js'
import { readBoolean } from '../files/tokenizer-config.js'
import type { ModelJson, StageJson, TokenizerJson } from '../files/tokenizer-json.js'
import { bertClass, bertNames, bertTemplates, bertWords } from './bert-class.js'
import { specialPiece, type TokenizerClass, templateProcessing, textPiece } from './tokenizer-class.js'

/**
 * Returns the class with this name; `undefined` for a class that does not change tokenizer.json.
 *
 * @throws {BertEmbedError} `UNSUPPORTED_MODEL` for a class that transformers implements in Python, without a
 *   tokenizer.json.
 */
export function findClass(name: string | undefined): TokenizerClass | undefined {
  if (name !== undefined && pythonClasses.has(name))
    throw new BertEmbedError(
      'UNSUPPORTED_MODEL',
      `The tokenizer is a ${name}Tokenizer, which transformers implements only in Python, without a tokenizer.json: pass your tokenizer as createEmbedder({ tokenizer }) (docs/tokenizers.md).`,
    )
  return classes.get(name!)
}

const mask = { content: '<mask>', lstrip: true, normalized: false, special: true }

const robertaTokens = {
  bos_token: '<s>',
  eos_token: '</s>',
  unk_token: '<unk>',
  sep_token: '</s>',
  pad_token: '<pad>',
  cls_token: '<s>',
  mask_token: '<mask>',
}

const roberta: TokenizerClass = {
  model: 'BPE',
  vocabularyFile: 'vocab.json',
  tokens: robertaTokens,
  rebuild: ({ model }, { config, token }) => ({
    normalizer: null,
    pre_tokenizer: {
      type: 'ByteLevel',
      add_prefix_space: readBoolean(config.json, 'add_prefix_space') ?? false,
    },
    model: { type: 'BPE', merges: model.merges, vocabulary: model.vocabulary },
    post_processor: robertaTemplates(token('cls_token'), token('sep_token')),
  }),
}

const xlmRoberta: TokenizerClass = {
  model: 'Unigram',
  tokens: robertaTokens,
  rebuild: (json, { config, token }) => ({
    ...sentencePieceWords(json, {
      unknownId: 3,
      addPrefixSpace: readBoolean(config.json, 'add_prefix_space'),
    }),
    normalizer: charsmapOf(json) ?? null,
    post_processor: robertaTemplates(token('bos_token'), token('eos_token')),
  }),
}

const classes = new Map<string, TokenizerClass>([
  ...bertNames.map((name) => [name, bertClass] as const),
  ...['Roberta', 'Bart', 'LED', 'Longformer', 'Mvp'].map((name) => [name, roberta] as const),
  ['XLMRoberta', xlmRoberta],
  [
    'Camembert',
    {
      ...xlmRoberta,
      tokens: { ...robertaTokens, mask_token: mask },
      extraTokens: ['<s>NOTUSED', '</s>NOTUSED', '<unk>NOTUSED'],
      rebuild: (json, options) => ({
        ...xlmRoberta.rebuild(json, options),
        model: unigram(json.model, json.model.vocabulary.tokenToId.get(options.token('unk_token')) ?? 0),
      }),
    },
  ],
  [
    'Albert',
    {
      model: 'Unigram',
      tokens: {
        bos_token: '[CLS]',
        eos_token: '[SEP]',
        unk_token: '<unk>',
        sep_token: '[SEP]',
        pad_token: '<pad>',
        cls_token: '[CLS]',
        mask_token: '[MASK]',
      },
      rebuild: (json, { config, token }) => ({
        ...sentencePieceWords(json, {
          unknownId: 1,
          addPrefixSpace: readBoolean(config.json, 'add_prefix_space'),
        }),
        normalizer: {
          type: 'Sequence',
          normalizers: [
            { type: 'Replace', pattern: { String: '``' }, content: '"' },
            { type: 'Replace', pattern: { String: "''" }, content: '"' },
            ...(readBoolean(config.json, 'keep_accents') ? [] : [{ type: 'NFKD' }, { type: 'StripAccents' }]),
            ...((config.lowercase ?? true) ? [{ type: 'Lowercase' }] : []),
            ...[charsmapOf(json) ?? []].flat(),
          ],
        },
        post_processor: json.post_processor ?? bertTemplates(token('cls_token'), token('sep_token')),
      }),
    },
  ],
  [
    'MPNet',
    {
      ...bertClass,
      tokens: { ...robertaTokens, unk_token: '[UNK]', mask_token: mask },
      rebuild: (json, { config, token }) => ({
        ...bertWords(json, config, token('unk_token')),
        post_processor: robertaTemplates(token('cls_token'), token('sep_token')),
      }),
    },
  ],
  ...['DPRContextEncoder', 'DPRQuestionEncoder'].map((name) => [name, alwaysLowercase(bertClass)] as const),
  ['ConvBert', { ...bertClass, keepsJson: true }],
  [
    'Herbert',
    {
      model: 'BPE',
      tokens: {
        cls_token: '<s>',
        unk_token: '<unk>',
        pad_token: '<pad>',
        mask_token: '<mask>',
        sep_token: '</s>',
      },
      rebuild: ({ model }, { token }) => ({
        normalizer: { type: 'BertNormalizer', lowercase: false, strip_accents: false },
        pre_tokenizer: { type: 'BertPreTokenizer' },
        model: {
          type: 'BPE',
          merges: model.merges,
          unk_token: token('unk_token'),
          end_of_word_suffix: '</w>',
          vocabulary: model.vocabulary,
        },
        post_processor: {
          type: 'BertProcessing',
          sep: [token('sep_token'), 2],
          cls: [token('cls_token'), 0],
        },
      }),
    },
  ],
])

/** In transformers, these classes accept `do_lower_case` but ignore it. */
function alwaysLowercase(bert: TokenizerClass): TokenizerClass {
  return {
    ...bert,
    rebuild: (json, options) =>
      bert.rebuild(json, { ...options, config: { ...options.config, lowercase: true } }),
  }
}

/** `<s> A </s>`, and `<s> A </s> </s> B </s>`, all of token type 0. */
function robertaTemplates(cls: string, sep: string): StageJson {
  const single = [specialPiece(cls), textPiece('A'), specialPiece(sep)]
  return templateProcessing(single, [...single, specialPiece(sep), textPiece('B'), specialPiece(sep)])
}

function sentencePieceWords(
  { model }: TokenizerJson,
  {
    unknownId,
    addPrefixSpace = true,
  }: { readonly unknownId: number; readonly addPrefixSpace: boolean | undefined },
): Partial<TokenizerJson> & { readonly model: ModelJson } {
  return {
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'WhitespaceSplit' },
        { type: 'Metaspace', replacement: '▁', prepend_scheme: addPrefixSpace ? 'always' : 'never' },
      ],
    },
    model: unigram(model, unknownId),
  }
}

function unigram({ vocabulary }: ModelJson, unknownId: number): ModelJson {
  if (unknownId >= vocabulary.size)
    throw invalidTokenizer(
      `the unknown token has the id ${unknownId}, with ${vocabulary.size} tokens in model.vocab`,
    )
  return { type: 'Unigram', unk_id: unknownId, vocabulary }
}

/** The `Precompiled` normalizer of a file: its character map is part of the model. */
function charsmapOf({ normalizer }: TokenizerJson): StageJson | undefined {
  const steps = normalizer?.type === 'Sequence' ? normalizer.normalizers : [normalizer]
  return (steps as (StageJson | null)[]).find((step) => step?.type === 'Precompiled') ?? undefined
}

/** Class names, without `Tokenizer`, that transformers 5.24 runs in Python or with the SentencePiece library. */
const pythonClasses = new Set(
  (
    'Bartpho BertGeneration BertJapanese Bertweet BioGpt BlenderbotSmall ByT5 CTRL Canine Clvp CpmAnt Cpm Dia Esm FSMT ' +
    'FastSpeech2Conformer Flaubert GPTNeoXJapanese GPTSw3 M2M100 Marian Mgpstr MyT5 PLBart Perceiver Phobert Pop2Piano ' +
    'ProphetNet RoCBert RoFormer Siglip Speech2Text SpeechT5 Tapas Vits Wav2Vec2CTC Wav2Vec2PhonemeCTC XLM'
  ).split(' '),
)
