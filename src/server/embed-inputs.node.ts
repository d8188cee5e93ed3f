/** Embeds the texts and token ids of a request. */

import { setImmediate } from 'node:timers/promises'
import type { Embedder, EmbedProgress } from '../index.node.js'
import type { Input } from './inputs.node.js'
import { endOfText } from './long-texts.node.js'
import { RequestError } from './request-error.node.js'

export interface EmbedInputsOptions {
  readonly signal: AbortSignal
  readonly normalize: boolean
  /** Number of leading values to keep. */
  readonly dimensions?: number | undefined
  /** Text to put before every text, but not before ids. @default the model's default prompt */
  readonly prompt?: string | undefined
  /** Whether to cut a text that is too long, instead of refusing it. */
  readonly truncate: boolean
  /** The end at which a text is cut. */
  readonly truncationSide: 'left' | 'right'
}

export interface EmbeddedInputs {
  readonly vectors: readonly Float32Array[]
  /** Tokens that the model has seen, special tokens included. */
  readonly tokens: number
}

/** @throws the errors of `embed` and `embedTokens`, and {@link RequestError} `invalid` */
export async function embedInputs(
  embedder: Embedder,
  inputs: readonly Input[],
  options: EmbedInputsOptions,
): Promise<EmbeddedInputs> {
  const { signal, normalize, prompt, truncate } = options
  const truncateDim = checkDimensions(options.dimensions, embedder)
  const cut = await cutInputs(inputs, embedder, options)
  const texts = cut.filter((input) => typeof input === 'string')
  const lists = cut.filter((input) => typeof input !== 'string')

  const counts = { text: 0, ids: 0 }
  const count = (kind: keyof typeof counts) => (progress: EmbedProgress) => {
    counts[kind] = progress.tokensTotal
  }
  const shared = { signal, normalize, truncateDim }
  const overflow = truncate ? 'truncate' : 'error'
  const ofTexts = await embedder.embed(texts, { ...shared, prompt, overflow, onProgress: count('text') })
  const ofLists = lists.length
    ? await embedder.embedTokens(lists, { ...shared, onProgress: count('ids') })
    : []

  const [nextOfTexts, nextOfLists] = [ofTexts.values(), ofLists.values()]
  const vectors = cut.map((input) => (typeof input === 'string' ? nextOfTexts : nextOfLists).next().value!)
  return { vectors, tokens: counts.text + counts.ids }
}

/** Cuts what `embed` does not cut: ids, as they are, and the start of a text. Lets other requests go on in between. */
async function cutInputs(
  inputs: readonly Input[],
  embedder: Embedder,
  { truncate, truncationSide, prompt = '', signal }: EmbedInputsOptions,
): Promise<readonly (Input | Int32Array)[]> {
  if (!truncate) return inputs
  const { maxLength, tokenizer } = embedder
  const cut: (Input | Int32Array)[] = []
  for (const input of inputs) {
    if (typeof input !== 'string') {
      cut.push(truncationSide === 'left' ? input.slice(-maxLength) : input.slice(0, maxLength))
    } else if (truncationSide === 'right') {
      cut.push(input)
    } else {
      await setImmediate()
      signal.throwIfAborted()
      const text = endOfText(prompt + input, embedder)
      const { ids, truncatedTokens } = tokenizer.encode(text, { maxLength, truncationSide })
      cut.push(truncatedTokens > 0 ? ids : input)
    }
  }
  return cut
}

function checkDimensions(dimensions: number | undefined, { dimension }: Embedder): number | undefined {
  if (dimensions === undefined || dimensions <= dimension) return dimensions
  throw new RequestError(
    'invalid',
    `dimensions is ${dimensions}, but the vectors of the model have ${dimension} values.`,
    { field: 'dimensions' },
  )
}
