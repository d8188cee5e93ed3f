/** What a file that is not what its name says usually is. */

/** A sentence for a message, from the file's first characters (or bytes, as characters). */
export function looksLike(start: string): string {
  const [, guess] = guesses.find(([pattern]) => pattern.test(start)) ?? []
  return guess ? `It looks like ${guess}.` : 'It is damaged: download it again.'
}

const guesses: readonly (readonly [RegExp, string])[] = [
  [/^\s*</, 'an HTML page, such as a login or error page: check the address and download it again'],
  [/^version /, 'a Git LFS pointer instead of the file: run "git lfs pull"'],
  [/^\s*\{/, 'JSON, such as an error answer: download it again'],
  [
    /^(?:PK|\x80|GGUF)/,
    "PyTorch's pickle format (pytorch_model.bin) or GGUF: take the model's .safetensors file",
  ],
]
