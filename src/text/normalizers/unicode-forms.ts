/** The normalisation forms as the Rust tokenizers library has them: of an older Unicode than most engines'. */

import { reorderableMarks, reorderableOthers } from '../unicode/bert-unicode.js'
import { toCharacterClass } from '../unicode/character-class.js'
import { sameFormsInAllEngines } from '../unicode/further-unicode.js'
import { createMarkSorter } from './mark-sorter.js'

export type UnicodeForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD'

/** Makes the function that brings a text to a normalisation form. */
export function createUnicodeForm(form: UnicodeForm): (text: string) => string {
  const stableRun = new RegExp(`[${toCharacterClass(sameFormsInAllEngines)}]+`, 'gu')
  const reorder = createMarkSorter(
    `${toCharacterClass(reorderableMarks)}${toCharacterClass(reorderableOthers)}`,
  )
  return (text) => {
    if (ascii.test(text)) return text
    // In runs: what an engine newer than Rust would change stands between them, untouched.
    return reorder(text).replace(stableRun, (run) => run.normalize(form))
  }
}

const ascii = /^[\0-\x7f]*$/
