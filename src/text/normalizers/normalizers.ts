/** Creates the normalizer of a tokenizer.json, for all kinds that published encoders use. */

import { describe } from '../../errors.js'
import { bertNormalizerOptions } from '../bert-kinds.js'
import { invalidTokenizer } from '../files/invalid-tokenizer.js'
import { booleanField, stagesField, stringField } from '../files/stage-fields.js'
import type { StageJson } from '../files/tokenizer-json.js'
import { parsePattern } from '../pre-tokenizers/pattern.js'
import type { Normalize } from '../tokenizer-kinds.js'
import { whitespace } from '../unicode/bert-unicode.js'
import { toCharacterClass } from '../unicode/character-class.js'
import { combiningMarks } from '../unicode/further-unicode.js'
import { createBertNormalizer, createLowerCase } from './bert-normalizer.js'
import { createByteLevelWriter } from './byte-level.js'
import { createPrecompiled } from './charsmap.js'
import { createUnicodeForm } from './unicode-forms.js'

/** @throws {BertEmbedError} `INVALID_TOKENIZER` for a type that is not supported, or an invalid field. */
export function createNormalizer(stage: StageJson, depth = 0): Normalize {
  const type: unknown = stage.type ?? inferType(stage)
  switch (type) {
    case 'BertNormalizer':
    case 'Bert':
      return createBertNormalizer(bertNormalizerOptions(stage))
    case 'Sequence': {
      const steps = stagesField(stage, 'normalizers', depth).map((step) => createNormalizer(step, depth + 1))
      return (text) => steps.reduce((normalized, step) => step(normalized), text)
    }
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      return createUnicodeForm(type)
    case 'Lowercase':
      return createLowerCase()
    case 'StripAccents': {
      const marks = new RegExp(`[${toCharacterClass(combiningMarks)}]+`, 'gu')
      return (text) => text.replace(marks, '')
    }
    case 'Strip':
      return createStrip({
        left: booleanField(stage, 'strip_left'),
        right: booleanField(stage, 'strip_right'),
      })
    case 'Prepend': {
      const prefix = stringField(stage, 'prepend')
      return (text) => (text === '' ? '' : prefix + text)
    }
    case 'Replace': {
      const pattern = parsePattern(stage, 'normalizer')
      const content = stringField(stage, 'content')
      return (text) => text.replace(pattern, () => content)
    }
    case 'Precompiled':
      return createPrecompiled(stage.precompiled_charsmap)
    case 'ByteLevel':
      return createByteLevelWriter()
    default:
      throw invalidTokenizer(`normalizer is of the type ${describe(stage.type)}, which is not supported`)
  }
}

/** Older files have no `type`: the fields show it. */
function inferType(stage: StageJson): string | undefined {
  return Object.entries(typeOfField).find(([field]) => field in stage)?.[1]
}

const typeOfField = {
  clean_text: 'BertNormalizer',
  strip_left: 'Strip',
  normalizers: 'Sequence',
  precompiled_charsmap: 'Precompiled',
  pattern: 'Replace',
  prepend: 'Prepend',
}

function createStrip({ left, right }: { readonly left: boolean; readonly right: boolean }): Normalize {
  const space = `[${toCharacterClass(whitespace)}]`
  const start = new RegExp(`^${space}+`, 'u')
  const isSpace = new RegExp(space, 'u')
  return (text) => {
    const rest = left ? text.replace(start, '') : text
    let end = rest.length
    // Not a regular expression, which would search for the end from each whitespace of the text.
    if (right) while (end > 0 && isSpace.test(rest[end - 1]!)) end--
    return rest.slice(0, end)
  }
}
