/** Character classes of the Rust tokenizers library, written by scripts/tokenizer/record_unicode.py. */

// Ranges of code points, packed: see character-class.ts.

/** Characters that cleaning removes: controls, format characters, private use, U+FFFD. */
export const dropped =
  '0-8 2-1 1-h 2n-w d 11u-5 m 5c 1d 3cu 1ks-4 q-4 1d-4 1-9 11u8-4xr 16n 6x-2 1 3b3 xya-3 43z-7 h406 ' +
  'u-2n 1egw-1ekd 2-1ekd'

/** Whitespace, which separates words. */
export const whitespace = '9-4 i 2s q 4bj 1vj-a t-1 5 1b 334'

/** Characters that are words on their own: the CJK ideographs in BERT's list of blocks. */
export const ideographs = 'a9s-533 1s-g73 hkw-e7 1fk0-wyn w-3dr 74-49b 85s-f3'

/** Punctuation, of which each character is split off as a separate word. */
export const punctuation =
  'x-e a-6 q-5 q-3 y 5 3 a-1 3 3 ji 8 cy-5 15-1 1f 1 2 2 18-1 k-1 1-1 d 2-1 22-3 2u 17-d 6h-2 1i-e ' +
  'v 79-1 a an lf 2i a-1 4o-e 1 11-3 1z 22-4 4-1 33-5 4r h0-8 47 h8-1 18-1 26-2 1z-1 4d-2 1-2 11-a ' +
  '8p-1 60-1 3k-6 1-5 4s-6 4b-3 1n-4 1q-1 1s-7 b n0-n 8-j 1-c 1-b u-1 e-1 hl-3 t-1 u5-d 27-1 v-9 ' +
  'b7-l 1r-3 w-1 l7-3 1-1 34 3z-1a 1-i ce-2 4-9 2-b g c 2q 2i mwy-1 7h-2 2r a 37-5 ak-3 2e-1 14-2 1 ' +
  '1d-1 1b 2p-c g-1 3g-3 3i-1 g-1 6x g2a-1 5s-9 m-y 1-d 1 4 1-1 45-2 1-5 1-3 a-1 3-1 q-2 1 r 1 1-6 ' +
  'be-2 ik 1c bi kn 5j v 7k-8 12 34-6 1u-6 2h-3 x6-6 31-1 1-3 3i-3 1c-1 27-4 3 d 1-2 2g-5 2z f0 ' +
  '6y-m 2x-2 6w-2 2lt-4 dtl-1 3p 1t-4 8 g2i 5wn-4'

/** Characters that accent stripping removes and that decomposition may reorder. */
export const reorderableMarks =
  'lc-26 1-v 7n-4 7d-18 1 1-1 1-1 1 20-a 1c-k g 2t-6 2-5 2-1 1-3 z u-q 4g-8 y-3 1-8 1-2 1-4 17-2 ' +
  '3r-s 1o g 3-3 2v g 32 g 32 g 32 g 3j 3j 7-1 2t g 3j 3g 31-2 d-3 30-1 e-3 24-1 r 1 1 1j-4 4-3 2-4 ' +
  '1-1 1q 34 1-1 2a jz-2 qc v 4d a 5n 3z-2 63-1 1z k-7 2 1c-d 3a 1i-8 1j 1m 28 48-2 1-c 1-6 4 6 3-1 ' +
  '5i-1h 6-3 k0-c 4 3-b 2da-2 3x 2o-v fe-3 2z-1 n9w 4-9 w-1 28-1 7o 59 r-h 1l-2 3p 70 1-2 2-1 5-1 1 ' +
  '1g 6u fn4 ld-f r1 6a 45-4 1aq 1 14-2 4 4l-1 127 1k 1l-1 1x-2 1c-1 1q 2e 2z 4y-1 29 15-6 3-4 99-1 ' +
  '6z-1 3i 3b 37 gjo-4 1n-6 g2v 43s-2 h-7 2-6 u-3 44-2 4gb-6'

/** The other characters that accent stripping removes. Both sets together are the non-spacing marks. */
export const fixedMarks =
  'nj uu-a 9b-2 1j 6-7 c-2 a-1 t 1r-3 t-1 t-1 1q-1 4-1 2-1 4 u-1 3 b-1 1q-4 1-1 p-1 t 1p 1-3 h b-1 ' +
  'u 1p 1r 1p-2 5-2 1-2 l-1 t 1p 6 5 l-1 t 1r-3 t-1 32-2 1 2i 2-3 f 4-2 2q 2-3 3-1 f-1 4o-3 4 e-a ' +
  '1-z 34-3 1-4 6-1 p-1 4-2 g-3 d 2-1 m 19w-1 u-1 u-1 u-1 1s-1 1-6 8 2-8 1 1j-2 7m-2 4-1 9 6g 1m ' +
  '1-6 3 2-7 6-1 3v-3 1e-4 1 5 1p-1 w-3 2-1 2-1 1m-1 3 1-2 1m-7 2 rm3 8 p-1 73-4 s-a 1a-2 1f-3 2 14 ' +
  '1v-5 2-1 2-1 c 8 1b 33-1 6v 2 g7r-f 2cx-2 1-1 5 1 16a 1i-d 1m-1 1d-3 34-4 1-5 25-1 1g-8 c-1 2q-2 ' +
  '2 2 4n 3-5 n-1 1q aa-5 1 4-1 6p-3 6-1 u-1 2d-7 2 2 2y 1 2-5 2v-2 2-3 1-3 hgk-3 f7u 5sy-1i 4-1d 8 ' +
  'e m-4 1-e h2ds-6n'

/** Characters that decomposition may reorder and that accent stripping keeps. */
export const reorderableOthers =
  '1qs-d 3mq 2t 1z-1 ef 3le-1 nxf 30 kjj 38 7r 6s 3 hb 13c zs5-1 6-5 2vh-6 1-g 2-6 1-1 1-4 1sp-6'

/** Ranges in which every engine's normalization form D and lower case equal Rust's. */
export const sameNfdInAllEngines =
  '0-on 2-5 4-6 1 1-j 1-b0 1-11 1m-1i 1k-7h 1-1n 39-1m 3-1b i-r 3c-4v 1k-8 6-3 d-1 1-4 26-1 1-1 5 ' +
  'e-2 b-3 1 2l-9 5-2 32-8 2-1 2-2 e-1 1g-3 1g-3 3c-2 1-3 7-1 2t-8 1-2 1-3 3g-5 3e d-7 x-1l 4-s ' +
  '23-i e-5 1e-1z 1-z 4-12 1-z 1-e 1f-5h 1 5 i7-v z-2d lm-k a-n 21-2l 4i-16 3p-b 4i-1p 1w-s 2-a ' +
  '12-e 1t-24 3-1a 1-37 8-1n 2g-16 2-a 8-16 5-6t 5-7u 2-5 2-11 2-5 2-7 1 1 1 1-u 2-1g 1-e 1-d 2-5 ' +
  '1-i 2-2 1-8 1-2s 2z-w f-3v 4-ie 1l-1eb z-9o 3v-n 21-3h bm-1r 1-2d 2-2u n5s-53 8-5m 5-1 3-4 o-1l ' +
  '2c-1x q-37 18-25 3y-2u o-r 3d-3h i-8mb 1ng-57x 2-2x 1v-p 1-4 1 1-1 1-1 1-3g gt-1e 4u-59 ep-19 ' +
  '6a-r 2c-16 3p-4d i-z 4b-b 1-e 1-6 1-1 vq-7 10-2 4-9 3b-12 bd-1e nh-25 1d-1v 1p-1g r-12 9-2n ' +
  '1f-17 35-1m 29-8 6-2 o-6 3-4 3v-2j 10-1z 6o-11 y-1w 1n-1l 2r-e ac-2a n9-d fje-5 a-1x l6-2i fep-7 ' +
  '41x-5d l-1x 2pm-6 1-g 2-6 1-1 1-4 1p8-f 15-23 1hh0-f1'

/** Lower case outside `sameNfdInAllEngines`: first and last code point, and the number to add to each. */
export const lowerCaseShifts: readonly (readonly [first: number, last: number, shift: number])[] = [
  [0x1c89, 0x1c89, 1],
  [0xa7cb, 0xa7cb, -42343],
  [0xa7cc, 0xa7cc, 1],
  [0xa7ce, 0xa7ce, 1],
  [0xa7d2, 0xa7d2, 1],
  [0xa7d4, 0xa7d4, 1],
  [0xa7da, 0xa7da, 1],
  [0xa7dc, 0xa7dc, -42561],
  [0x10d50, 0x10d65, 32],
  [0x16ea0, 0x16eb8, 27],
]
