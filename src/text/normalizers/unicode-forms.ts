/** The normalisation forms as the Rust tokenizers library has them: of an older Unicode than most engines'. */

import { movingMarks, movingOthers } from '../unicode/bert-unicode.js'
import { toCharacterClass } from '../unicode/character-class.js'
import { sameInAllEngines } from '../unicode/further-unicode.js'
import { orderMarks } from './order-marks.js'

export type UnicodeForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD'

/** Makes the function that brings a text to a normalisation form. */
export function createUnicodeForm(form: UnicodeForm): (text: string) => string {
  const settledRun = new RegExp(`[${toCharacterClass(sameInAllEngines)}]+`, 'gu')
  const reorder = orderMarks(`${toCharacterClass(movingMarks)}${toCharacterClass(movingOthers)}`)
  return (text) => {
    if (ascii.test(text)) return text
    // In runs: what an engine newer than Rust would change stands between them, untouched.
    return reorder(text).replace(settledRun, (run) => run.normalize(form))
  }
}

const ascii = /^[\0-\x7f]*$/
