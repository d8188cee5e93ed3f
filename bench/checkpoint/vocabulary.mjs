/** Creates a synthetic WordPiece vocabulary, for checkpoints without one. */

/** The first ids are in Google's order. Then follow all ASCII characters, and words of syllables up to the size. */
export function madeUpVocabulary(size) {
  const unused = Array.from({ length: 99 }, (_, index) => `[unused${index + 1}]`)
  const characters = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index))
  const continued = characters.map((character) => `##${character}`)
  const tokens = ['[PAD]', ...unused, '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...characters, ...continued]
  for (const word of words()) {
    tokens.push(word, `##${word}`)
    if (tokens.length >= size) break
  }
  return tokens.slice(0, size)
}

const syllables = [...'bdfgklmnprstvz'].flatMap((consonant) => [...'aeiou'].map((vowel) => consonant + vowel))

/** All words of one syllable, then of two, then of three. */
function* words() {
  let shorter = ['']
  for (let length = 1; length <= 3; length++) {
    const longer = []
    for (const word of shorter)
      for (const syllable of syllables) {
        yield word + syllable
        longer.push(word + syllable)
      }
    shorter = longer
  }
}
