/** More character classes of the Rust tokenizers library, written by scripts/tokenizer/record_further_unicode.py. */

// Ranges of code points, packed: see character-class.ts.

/** General category L. */
export const letters =
  '1t-p 6-p 1b a 4 5-m 1-u 1-cp 4-b e-4 7 1 3l-4 1-1 2-3 1 6 1-2 1 1-j 1-2a 1-3u 8-4l 1-11 2 6-14 ' +
  '1z-q 4-3 19-16 z-1 1-2q 1 f-1 7-1 a-2 2 g 1-t t-2g b o-w 9-1 4 5-l 4 9 3 n-o 7-a 5-n 1-5 h-15 ' +
  '1m-1h 3 i 7-9 f-f 4-7 2-1 2-l 1-6 1 3-3 3 g d-1 1-2 e-1 a 8-5 4-1 2-l 1-6 1-1 1-1 1-1 v-3 1 j-2 ' +
  'g-8 1-2 1-l 1-6 1-1 1-4 3 i f-1 n b-7 2-1 2-l 1-6 1-1 1-4 3 u-1 1-2 f h 1-5 3-2 1-3 3-1 1 1-1 ' +
  '3-1 3-2 3-b m 1g-7 1-2 1-m 1-f 3 q-2 2 2-1 u 4-7 1-2 1-m 1-9 1-4 3 v-1 1-1 f-1 h-8 1-2 1-14 2 g ' +
  '5-2 8-2 o-5 5-h 3-n 1-8 1 2-6 1m-1b 1-1 c-6 1m-1 1 1-4 1-n 1 1-9 1-1 9 2-4 1 l-3 w 1r-7 1-z r-4 ' +
  '37-16 k g-5 4-3 3 3-1 7-2 4-c c h-11 1 5 2-16 1-98 1-3 2-6 1 1-3 2-14 1-3 2-w 1-3 2-6 1 1-3 2-e ' +
  '1-1k 1-3 2-1u 11-f g-2d 2-5 3-h7 2-g 1-p 5-22 6-7 7-h d-i e-h e-c 1-2 f-1f z 4 1v-2g 7-4 2-x 1 ' +
  '5-1x a-u 1d-t 2-4 b-17 4-p 1i-m 9-1g 2a 2l-1a h-7 1i-t d-1 a-17 q-z 15-2 a-z 2-a 5-16 2-2 15-3 ' +
  '1-5 1-1 3 5-5b 1s-7p 2-5 2-11 2-5 2-7 1 1 1 1-u 2-1g 1-6 1 3-2 1-6 3-3 2-5 4-c 5-2 1-6 38 d g-c ' +
  '2t 4 2-9 1 3-4 6 1 1 1-3 1-a 2-3 5-4 4 1g-1 22j-6c 6-3 3-1 c-11 1 5 2-1j 7 g-m 9-6 1-6 1-6 1-6 ' +
  '1-6 1-6 1-6 1-6 28 d1-1 16-4 5-1 4-2d 6-2 1-2h 1-3 5-16 1-2l h-v 1c-f e8-533 1s-h3g 1v-19 2-7g ' +
  '3-f a-1 k-1a g-u 2-1x 1d-8 2-2u 2-1u 2-1 1 1-7 l-f 1-2 1-3 1-m t-1f e-1d 1q-5 3 1-1 b-r a-m p-s ' +
  '7-1a s g-4 1-9 a-4 1-14 n-2 1-7 k-m 3 3-1d 1 3-1 2-4 2 1 o-2 2-a 7-2 c-5 2-5 2-5 9-6 1-6 1-16 ' +
  '1-d 6-36 t-8mb c-m 4-1c 6is-a5 2-2x 12-6 c-4 5 1-9 1-c 1-4 1 1-1 1-1 1-2z x-a2 i-1r 2-1h 14-b ' +
  '38-4 1-3q 10-p 6-p b-2g 3-5 2-5 2-5 2-2 z-b 1-p 1-i 1-1 1-e 2-d y-3e at-s 3-1c 1b-v d-j 1-7 6-11 ' +
  'a-t 2-z 4-7 1c-4d i-z 4-z 4-13 8-1f c-a 1-e 1-6 1-1 1-a 1-e 1-6 1-1 3-1f c-8m 9-l a-7 o-5 1-15 ' +
  '1-8 1x-5 2 1-17 1-1 3 2-m a-m 9-u 1t-i 1-1 a-l a-p 1y-1j 6-1 1s f-3 1-2 1-s 16-s 3-s z-7 1-r ' +
  'r-1h a-l a-i d-h 32-20 1j-1e d-1e d-z 12-r 9-m 6y-15 6-1 g-2 1n-s a 8-l 16-h 1a-k r-m c-1g 1l-1 ' +
  '2 d-18 w-o q-z t 2 8-y 3 c-1b e-3 l 1 z-h 1-o j-1 1r-6 1 1-3 1-e 1-9 7-1a 12-7 2-1 2-l 1-6 1-1 ' +
  '1-4 3 i c-4 u-9 1 2 1-11 1 p 1 18-1g i-3 k-2 u-1b k-1 1 54-1a 15-3 10-1b k 1n-16 d 1z-q 11-6 ' +
  '55-17 38-1r v-7 2 2-7 1-1 1-n f 1 2m-7 2-12 g 1 s a-13 7 l b-19 j i-20 5j-w v-8 1-10 h 1d-t 34-6 ' +
  '1-1 1-11 l p-5 1-1 1-v e 93-i f 1-c 1-x 3g 27-pl 6e-5f 218-2o f-tr h-5 p-32y 5-g6 5a1-t 1cy-fs ' +
  '7-u h-26 h-t i-1b g-3 v-k 5-i c0-18 5v-1r 3k-22 5 1u-c 1s-1 1 s-4qf 8-yd 15-9 6w7-3 1-6 1-1 1-82 ' +
  'f t-2 2 e-3 8-az 1s4-2y 5-c 3-8 7-9 4me-2c 1-1y 1-1 2 2-1 2-3 1-b 1 1-6 1-1s 1-3 2-7 1-6 1-r 1-3 ' +
  '1-4 1 3-6 1-9f 2-o 1-o 1-u 1-o 1-u 1-o 1-u 1-o 1-u 1-o 1-7 1f8-u 6-5 79-1p 42-18 a-6 g 8x-t i-17 ' +
  'dg-r 6c-t 2 dr-6 1-3 1-1 1-e 1-5g 1n-1v 7 xg-3 1-q 1-1 1 2 1-9 1-3 1 1 6 4 1 1 1-2 1-1 1 2 1 1 1 ' +
  '1 1-1 1 2-3 1-6 1-3 1-3 1 1-9 1-g 5-2 1-4 1-g 3es-wyn w-37d 6-65 2-4g1 e-5rk f-h9 1wi-f1 15u-3t6 ' +
  '5-38f'

/** General category N. */
export const numbers =
  '1c-9 3c-1 5 2-2 141-9 3q-9 5i-9 bg-9 3a-9 4-5 30-9 3a-9 3a-9 2-5 32-c 37-9 8-6 2v-9 2w-6 7-i ' +
  '31-9 2o-9 3a-9 1y-j 7g-9 1y-9 jz-j oh-2 6n-9 6-9 m-9 8c-9 3k-a 4l-9 6-9 52-9 2e-9 3q-9 6-9 t2 ' +
  '3-5 6-9 5i-1e 2-4 k6-1n 26-l hi-t 12h ll p-8 e-2 9j-3 3u-9 u-7 1-e w-9 13-e msg-9 58-9 8w-5 4a-9 ' +
  '12-9 5i-9 m-9 2e-9 ba-9 geu-9 dp-18 c-1k h-1 9h-q 10-3 t 8 3q-4 5m-9 q6-7 p-6 13-8 23-4 m-5 4g-1 ' +
  '2-f 2-19 1s-8 1g-1 u-2 23-4 2w-7 o-7 15-6 96-5 1c-9 6-9 7q-u 4e-9 16-3 34-6 3q-t 3k-9 1o-9 40-9 ' +
  '7-j 6z-9 9i-9 3a-9 ae-9 2u-9 6-j 24-b bo-i 2l-9 ie-9 2e-s 6b-9 1y-9 bq-9 2u-k tn-32 c01-9 1t2-9 ' +
  '2e-9 3q-9 1-6 em-9 7a-m imx-9 152-j c-j 30-o ut-1d 1ts-9 bq-9 dy-9 6v-9 jw-8 3k-9 lz-1m 1-2 1-3 ' +
  '24-18 1-e qq-c 25f-9'

/** Characters other than letters that a word may contain: marks, decimal digits, connectors and the like. */
export const otherWordCharacters =
  '1c-9 11 io-33 7n-6 7b-18 1 1-1 1-1 1 20-a 1c-u 6 2t-6 2-5 2-1 1-3 2-9 n u-q 2j-a f-9 x-8 9 o-3 ' +
  '1-8 1-2 1-4 17-2 1n-8 16-n 1-w 1i-2 1-h 1-6 a-1 2-9 h-2 1k 1-6 2-1 2-2 9 a-1 2-9 e 2-2 1k 1-4 ' +
  '4-1 2-2 3 k-b 3 b-2 1k 1-7 1-2 1-2 k-1 2-9 a-5 1-2 1k 1-6 2-1 2-2 7-2 a-1 2-9 i 1n-4 3-2 1-3 9 ' +
  'e-9 g-4 1j 1-6 1-2 1-3 7-1 b-1 2-9 h-2 1k 1-6 1-2 1-3 7-1 b-1 2-9 3 c-3 1j-1 1-6 1-2 1-3 9 a-1 ' +
  '2-9 h-2 1y 4-5 1 1-7 6-9 2-1 1p 2-6 c-7 1-9 2f 2-8 b-6 1-9 1q-1 6-9 b 1 1 4-1 1d-j 1-1 5-a 1-z 9 ' +
  '2s-j 1-9 c-3 4-2 1-2 2-6 3-3 d-b 1-e jj-2 pa-2 x-3 s-2 t-1 u-1 1s-v 9 2-9 x-2 1-a 2z-1 y 3a-b ' +
  '4-b a-9 3k-9 1p-4 1l-9 1-s 2-a 6-9 m-u 1d-4 1b-g b-9 h-8 c-2 u-c 2-9 18-d 1c-j 8-9 6-9 3a-2 1-k ' +
  '4 6 2-2 5i-1r ek-1 1d-1 j 3f-w 33-y 2-3 ml-1f 1l1-2 3x 2o-v ef p-e 8-2 2m-1 n7p-9 1x-3 1-9 w-1 ' +
  '1y-b 7k 3 4 n-4 4 2b-1 1e-h a-9 6-h d-a s-7 p-c 18-3 1b-d f-9 b a-9 1b-d c 8-1 2-9 x-2 1e 1-2 ' +
  '2-1 5-1 1 15-4 5-1 6k-7 1-1 2-9 fms kh-f g-f 3-1 o-2 5c-9 11 e8-1g 3s 6a 2o 8 17-4 2e-4 5m-9 ' +
  '11z-2 1-1 5-3 14-2 4 4l-1 fx-3 8-9 6-9 v-4 8t-1 27-3 1y-a 1d-3 3e-2 1h-e v-a 2-1 a-3 19-a 7 19-9 ' +
  '6-2 10-d 1-9 5-1 18 c-2 1c-d 8-3 1-b 2a-b 6 2 4d-b 5-9 6-3 1j-1 1-6 2-1 2-2 9 a-1 2-6 3-4 1v-8 1 ' +
  '2 1-3 1-4 1 e-1 2a-h 9-9 4 29-j c-9 5x-6 2-8 r-1 2a-g f-9 29-c 8-9 6-j 1l-e 4-9 6q-e 4l-9 1y-5 ' +
  '1-1 2-3 1 1-1 c-9 3b-6 2-6 3 s-9 14-6 1-3 8 9-a 1a-f 9i-9 1h-7 1-7 g-9 1k-l 1-d 3e-5 3 1-1 1-6 1 ' +
  '8-9 1c-4 1-1 1-4 8-9 95-3 9-1 1 1c-6 3-4 d-a x1-32 34h 6-e 8ug-r 1t2-9 2e-9 12-4 1n-6 p-9 eu-9 ' +
  'd1 1-1i 7-3 29 b-1 f57-1 381-9 ee-19 2-m f2-4 3-5 8-7 2-6 u-3 44-2 13d-1d e8-1i 4-1d 8 e m-4 1-e ' +
  '11s-6 1-g 2-6 1-1 1-4 2s 4g-6 9-9 9w 1p-d du-d 6s-1 1-9 k5-6 31-6 5-9 1jq-p 6-p 6-p 21y-9 ' +
  'gvt2-6n'

/** Characters that `StripAccents` removes: general category M. */
export const combiningMarks =
  'lc-33 7n-6 7b-18 1 1-1 1-1 1 20-a 1c-k g 2t-6 2-5 2-1 1-3 z u-q 2j-a 1m-8 y-3 1-8 1-2 1-4 17-2 ' +
  '3c-d 1-w 1i-2 1-h 1-6 a-1 t-2 1k 1-6 2-1 2-2 9 a-1 t-2 1k 1-4 4-1 2-2 3 u-1 3 b-2 1k 1-7 1-2 1-2 ' +
  'k-1 t-2 1k 1-6 2-1 2-2 8-1 a-1 u 1n-4 3-2 1-3 9 14-3 1m-6 1-2 1-3 7-1 b-1 t-2 1k 1-6 1-2 1-3 7-1 ' +
  'b-1 t-2 1m-6 1-2 1-3 9 a-1 u-1 1y 4-5 1 1-7 i-1 1p 2-6 c-7 2q 2-5 1-1 b-5 22-1 r 1 1 4-1 1d-j ' +
  '1-1 5-a 1-z 9 2s-j n-3 4-2 1-2 2-6 3-3 d-b 1 a-3 jj-2 qa-2 t-2 t-1 u-1 1s-v 9 19-2 3b-1 y 3a-b ' +
  '4-b 63-4 1l-9 1-s 2 1c-e 1t-4 1b-g 12-8 c-2 u-c 1k-d 1c-j 48-2 1-k 4 4-2 3-1 5i-1h 5-4 k0-w ' +
  '2da-2 3x 2o-v fe-5 2x-1 n9w-3 1-9 w-1 28-1 7k 3 4 n-4 2g-1 1e-h q-h 1g-7 p-c 18-3 1b-d 10 1v-d c ' +
  '8-1 19-2 1e 1-2 2-1 5-1 1 15-4 5-1 6k-7 1-1 fn4 kh-f g-f r1 6a 45-4 1ae-2 1-1 5-3 14-2 4 4l-1 ' +
  '109-2 1h-e 1k-3 19-a 1x-2 10-d 1q c-2 1c-d 9-2 2n-b 6 4g-b l-3 1k 1-6 2-1 2-2 9 a-1 2-6 3-4 5c-h ' +
  '2x-j 6j-6 2-8 r-1 2a-g 2y-c 2t-e zn-7 1-7 2a-l 1-d fg9-4 1n-6 t6-19 g-3 f7u-1 43q-4 3-5 8-7 2-6 ' +
  'u-3 44-2 1iz-1i 4-1d 8 e m-4 1-e 11s-6 1-g 2-6 1-1 1-4 1ph-6 31-6 gzhx-6n'

/** Characters that belong to the grapheme before them: extending characters, spacing marks, the zero-width joiner. */
export const extending =
  'lc-33 7n-6 7b-18 1 1-1 1-1 1 20-a 1c-k g 2t-6 2-5 2-1 1-3 z u-q 2j-a 1m-8 9 o-3 1-8 1-2 1-4 17-2 ' +
  '1n-8 16-n 1-w 1i-2 1-h 1-6 a-1 t-2 1k 1-6 2-1 2-2 9 a-1 q 2-2 1k 1-4 4-1 2-2 3 u-1 3 b-2 1k 1-7 ' +
  '1-2 1-2 k-1 m-5 1-2 1k 1-6 2-1 2-2 7-2 a-1 u 1n-4 3-2 1-3 9 14-4 1j 1-6 1-2 1-3 7-1 b-1 t-2 1k ' +
  '1-6 1-2 1-3 7-1 b-1 f c-3 1j-1 1-6 1-2 1-3 9 a-1 t-2 1y 4-5 1 1-7 i-1 1p 1-7 c-7 2q 1-9 b-6 21-1 ' +
  'r 1 1 4-1 1d-j 1-1 5-a 1-z 9 2u-a 1-5 n-3 4-2 g-3 d 1-2 6 f jj-2 qa-3 s-2 t-1 u-1 1s-v 9 19-2 1 ' +
  '39-1 y 3a-b 4-b 63-4 1l-9 1 1 2-n 2 1c-19 2-b k-4 1b-g 12-8 c-2 u-c 1k-d 1c-j 48-2 1-k 4 6 2-2 ' +
  '5i-1r ek-1 5e-w 2da-2 3x 2o-v fe-5 2x-1 n9w-3 1-9 w-1 28-1 7k 3 4 n-4 4 2b-1 1e-h q-h d 12-7 p-c ' +
  '18-3 1b-d 10 1v-d c 8-1 1a 1f 1-2 2-1 5-1 1 15-4 5-1 6k-7 1-1 fn4 kh-f g-f a6-1 gt 6a 45-4 1ae-2 ' +
  '1-1 5-3 14-2 4 4l-1 fx-3 1t-4 8t-1 25-5 1y-a 1d-3 3e-2 1h-e 15 2-1 a-3 19-a 7 1p-2 10-d g-1 18 ' +
  'c-2 1c-d 8-3 1-1 2k-b 6 2 4d-b l-3 1j-1 1-6 2-1 2-2 9 a-1 2-6 3-4 1v-8 1 2 1-3 1-4 1 e-1 2a-h n ' +
  '29-j 6j-6 2-8 r-1 2a-g 2y-c 2t-2 2-9 74-e 6t-5 1-1 2-3 1 1-1 3x-6 2-6 3 s-9 14-6 1-3 8 9-a 1a-f ' +
  '5i-7 5j-7 1-7 2a-l 1-d 3e-5 3 1-1 1-6 1 1u-4 1-1 1-4 9n-3 9-1 1 1c-6 3-4 n 44l 6-e 8ug-h 1xc-4 ' +
  '1n-6 t4 1-1i 7-3 29 b-1 f57-1 3mp-19 2-m f2-4 3-5 8-7 2-6 u-3 44-2 1iz-1i 4-1d 8 e m-4 1-e 11s-6 ' +
  '1-g 2-6 1-1 1-4 2s 4g-6 af 1p-3 e4-3 72-1 6r 2 7-1 5 d6-6 31-6 240-4 gx7k-2n 3k-6n'

/** Characters that belong to the grapheme after them. */
export const prepended = '16o-5 5z 1d ao-1 28 vf 1f8u f 6s-1 el 12l 1 8y-5 jg cb'

/** Characters that are always a separate grapheme: controls and line ends. */
export const controls = '0-v 2n-w d 12m 3jl 1ks 2-1 o-6 1d-f 17yn 6o-b'

/** Ranges in which every engine's normalization forms equal Rust's. Rust's forms do not change other characters. */
export const sameFormsInAllEngines =
  '0-on 2-5 4-6 1 1-j 1-b0 15-1d 6-1i 8-q 4-5 b-7h 1-1n 39-1m 3-1b i-r 3c-4v f-l 1-6 b-8 2-1 2-3 8 ' +
  '4-1 1-4 1b-l 1-6 1-1 1-1 1-1 2 e-2 b-3 1 2l-9 5-2 1x-l j-8 2-1 2-2 7-2 4-1 1g-3 14-4 3-2 1-3 9 ' +
  '32-2 1-3 7-1 2t-8 1-2 1-3 7-1 2u-7 1-2 1-5 4-f 2u 4-5 3-7 x-1l 4-s 23-i e-5 e-3 w-1z 1-z 4-12 ' +
  '1-z 1-e 1f-5h a-ag 7o-v oz-k a-n 21-2l 4i-16 3p-b 4i-1p 1w-s 2-a 12-e 1t-24 3-1a 1-37 8-1n 48-16 ' +
  '5-6t 5-7u 2-5 2-11 2-5 2-7 1 1 1 1-u 2-1g 1-e 1-d 2-5 1-i 2-2 1-8 1-2s 1-b 2-q 1-c 3-w f-w f-3v ' +
  '4-ie 1l-1eb z-9o 3f-1 e-n 21-3h 1p-2g c-5x 16-1r 1-2d 2-2u 1d-2l 1-2b c-1a 1-66 1-mfg c3-53 8-5m ' +
  '16-1i 2c-1x q-37 18-25 3y-2u o-r 1l-1k 7-3h i-8mb 1ng-57x 2-2x 12-6 c-4 5-p 1-4 1 1-1 1-1 1-3g ' +
  'g-cc 2-1h 14-15 6-1e 1-i 1-3 4-4 1-3q 4-59 3-5 2-5 2-5 2-2 3-6 1-6 dd-19 6a-r 2c-16 1ap-7 10-2 ' +
  '4-9 3b-12 109-25 1d-1v 1p-1g r-12 9-2n 1f-17 35-1m 29-8 2-1 2-2 9 e-6 3-4 3v-2j 10-1z 54-1h 2-11 ' +
  'y-1w 1n-1l 2r-e zw-d fje-5 a-1x g2e-7 41x-5d l-1x ca-2c 1-1y 1-1 2 2-1 2-3 1-b 1 1-6 1-1s 1-3 ' +
  '2-7 1-6 1-r 1-3 1-4 1 3-6 1-9f 2-83 2-jh 12s-6 1-g 2-6 1-1 1-4 1p8-f 15-23 xg-3 1-q 1-1 1 2 1-9 ' +
  '1-3 1 1 6 4 1 1 1-2 1-1 1 2 1 1 1 1 1-1 1 2-3 1-6 1-3 1-3 1 1-9 1-g 5-2 1-4 1-g g4-2z 1-1s 1k-s ' +
  'd-17 4-8 7-1 2pa-wyn g0w-f1'
