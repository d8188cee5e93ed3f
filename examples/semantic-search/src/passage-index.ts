/** Loads the model, embeds the passages once, and reports progress. */

import { createEmbedder, type Embedder } from 'bert-embed'
import { downloadTotal } from './download-total.js'
import type { ModelChoice } from './models.js'

export interface PassageIndex {
  readonly embedder: Embedder
  /** One vector of length 1 for each text. */
  readonly vectors: readonly Float32Array[]
}

export interface Progress {
  readonly label: string
  /** From 0 to 1, or `undefined` if unknown. */
  readonly share: number | undefined
}

export interface IndexOptions {
  readonly device: string | undefined
  readonly onProgress: (progress: Progress) => void
}

export async function indexPassages(
  { model }: ModelChoice,
  texts: readonly string[],
  { device, onProgress }: IndexOptions,
): Promise<PassageIndex> {
  onProgress({ label: 'Starting the model', share: undefined })
  const download = downloadTotal()
  const embedder = await createEmbedder({
    model,
    device,
    // Tokens per batch. Small batches make the progress bar move often.
    maxBatchTokens: 256,
    onProgress: (progress) => onProgress(download(progress)),
  })
  const vectors = await embedder.embedDocuments(texts, {
    normalize: true,
    onProgress: ({ textsDone, textsTotal }) =>
      onProgress({
        label: `Embedding passages: ${textsDone} of ${textsTotal}`,
        share: textsDone / textsTotal,
      }),
  })
  return { embedder, vectors }
}
