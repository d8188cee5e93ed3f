/** How many tokens of a text are its prompt's, for models that leave them out of the pooling. */

import type { Tokenizer } from '../text/tokenizer.js'
import type { EmbedderSettings } from './embedder-settings.js'

/**
 * The tokens of the prompt alone, special tokens before it included, those after it not: as sentence-transformers counts
 * them, also where prompt and text together make other tokens. 0 for a model that pools its prompts.
 */
export function countPromptTokens(
  prompt: string,
  maxLength: number | undefined,
  { tokenizer, settings }: { readonly tokenizer: Tokenizer; readonly settings: EmbedderSettings },
): number {
  if (prompt === '' || settings.includePrompt) return 0
  const { ids, specialTokensMask } = tokenizer.encode(prompt, { maxLength: maxLength ?? settings.maxLength })
  return ids.length - (specialTokensMask.at(-1) ?? 0)
}
