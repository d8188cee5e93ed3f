/** Says what a file probably is if its content does not match its name. */

/** Returns a sentence for an error message, guessed from the file's first characters (or bytes, as characters). */
export function explainWrongFile(start: string): string {
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
