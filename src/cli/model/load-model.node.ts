/** Loads the model that the flags name, and shows its download on a terminal. */

import process from 'node:process'
import { createEmbedder, defaultModel, type Embedder } from '../../index.node.js'
import { createDownloadBars } from '../terminal/download-bars.node.js'
import { type ModelFlags, modelOptions } from './model-flags.node.js'

/**
 * @param use What the vectors are for. The default model was not trained to compare texts, so a note says which models
 *   were.
 */
export async function loadModel(
  flags: ModelFlags,
  { signal, use }: { readonly signal: AbortSignal; readonly use: 'compare' | 'store' },
): Promise<Embedder> {
  if (flags.model === undefined && use === 'compare') process.stderr.write(`${untunedNote}\n`)
  using bars = createDownloadBars()
  return await createEmbedder({ ...modelOptions(flags), signal, onProgress: bars.show })
}

const untunedNote =
  `note: without --model, the model is ${defaultModel}, which was not trained to compare texts. For useful scores, add ` +
  '--model sentence-transformers/all-MiniLM-L6-v2, or set BERT_EMBED_MODEL.'
