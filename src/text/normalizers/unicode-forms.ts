/** The normalization forms of the Rust tokenizers library, whose Unicode version is older than most engines'. */

import { reorderableMarks, reorderableOthers } from '../unicode/bert-unicode.js'
import { toCharacterClass } from '../unicode/character-class.js'
import { sameFormsInAllEngines } from '../unicode/further-unicode.js'
import { createMarkSorter } from './mark-sorter.js'

export type UnicodeForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD'

/** Creates the function that applies a normalization form. */
export function createUnicodeForm(form: UnicodeForm): (text: string) => string {
  const stableRun = new RegExp(`[${toCharacterClass(sameFormsInAllEngines)}]+`, 'gu')
  const sortMarks = createMarkSorter(
    `${toCharacterClass(reorderableMarks)}${toCharacterClass(reorderableOthers)}`,
  )
  return (text) => {
    if (ascii.test(text)) return text
    // Only in these runs: a newer engine would change other characters, which Rust keeps.
    return sortMarks(text).replace(stableRun, (run) => run.normalize(form))
  }
}

const ascii = /^[\0-\x7f]*$/
