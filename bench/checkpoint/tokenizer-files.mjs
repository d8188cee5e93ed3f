/** Creates the tokenizer files of a BERT checkpoint from its vocabulary. */

const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']

/** Contents by file name. Strings are written as text, everything else as JSON. */
export function tokenizerFiles(vocabulary, { lowercase }) {
  const names = Object.fromEntries(
    special.map((token) => [`${token.slice(1, -1).toLowerCase()}_token`, token]),
  )
  return {
    'vocab.txt': vocabulary.map((token) => `${token}\n`).join(''),
    'tokenizer.json': tokenizerJson(vocabulary, { lowercase }),
    'tokenizer_config.json': {
      ...names,
      do_lower_case: lowercase,
      model_max_length: 512,
      tokenizer_class: 'BertTokenizer',
    },
    'special_tokens_map.json': names,
  }
}

/** tokenizer.json in the format of the Rust library `tokenizers`. */
function tokenizerJson(vocabulary, { lowercase }) {
  const ids = Object.fromEntries(vocabulary.map((token, id) => [token, id]))
  const specialToken = (token, typeId = 0) => ({ SpecialToken: { id: token, type_id: typeId } })
  const sequence = (id, typeId) => ({ Sequence: { id, type_id: typeId } })
  const single = [specialToken('[CLS]'), sequence('A', 0), specialToken('[SEP]')]
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special.map((content) => ({
      id: ids[content],
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single,
      pair: [...single, sequence('B', 1), specialToken('[SEP]', 1)],
      special_tokens: Object.fromEntries(
        ['[CLS]', '[SEP]'].map((token) => [token, { id: token, ids: [ids[token]], tokens: [token] }]),
      ),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: ids,
    },
  }
}
