/** Splits a text into chunks that overlap, measured in tokens of the model. */

import { createHash } from 'node:crypto'

export const chunkTokens = 128
export const overlapTokens = 32

/** A run of characters without spaces. A longer one, as in Chinese, is split, so that every piece fits into a chunk. */
const wordPattern = /\S{1,64}/gu

/**
 * Returns the chunks of a text, with their offsets in it. A chunk ends between two words, and starts with the last words of
 * the chunk before it.
 *
 * @param {import('bert-embed').Embedder} embedder
 */
export function splitIntoChunks(text, embedder) {
  const maxTokens = Math.min(chunkTokens, roomForText(embedder))
  const words = splitIntoWords(text, embedder.tokenizer)
  const chunks = []
  for (let first = 0; first < words.length; ) {
    const end = endOfRun(words, first, maxTokens)
    chunks.push(chunkOf(text, words[first].start, words[end - 1].end))
    first = end === words.length ? end : startOfOverlap(words, first, end)
  }
  return chunks
}

export function hashOf(text) {
  return createHash('sha256').update(text).digest('hex')
}

/** The model's limit, without the special tokens and the prompt that precedes a document. */
function roomForText({ tokenizer, maxLength, prompts }) {
  const prompt = prompts.document ?? prompts.passage ?? prompts.corpus ?? ''
  return maxLength - tokenizer.encode(prompt).ids.length
}

function splitIntoWords(text, tokenizer) {
  const counts = new Map()
  const countTokens = (word) => {
    // With a space before it, because some tokenizers have other tokens for the start of a text.
    if (!counts.has(word))
      counts.set(word, tokenizer.encode(` ${word}`, { addSpecialTokens: false }).ids.length)
    return counts.get(word)
  }
  return Array.from(text.matchAll(wordPattern), ({ 0: word, index }) => ({
    start: index,
    end: index + word.length,
    tokens: countTokens(word),
  }))
}

/** The index after the last word of a chunk. A chunk has at least one word. */
function endOfRun(words, first, maxTokens) {
  let end = first + 1
  let tokens = words[first].tokens
  while (end < words.length && tokens + words[end].tokens <= maxTokens) tokens += words[end++].tokens
  return end
}

/** The first word of the next chunk: after `first`, so that every chunk makes progress. */
function startOfOverlap(words, first, end) {
  let start = end
  let tokens = 0
  while (start - 1 > first && tokens + words[start - 1].tokens <= overlapTokens)
    tokens += words[--start].tokens
  return start
}

function chunkOf(content, start, end) {
  const text = content.slice(start, end)
  return { start, end, text, hash: hashOf(text) }
}
