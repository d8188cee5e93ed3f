/** bert-embed with the checkpoint's files. */

export const name = 'bert-embed, model.safetensors'

/**
 * Loads a directory and resolves to a function from a text, or a list of texts, to its vectors. With `stream`, it uses
 * `embedStream` for a list, and keeps only the first vectors.
 */
export async function load(directory, { stream = false, ...options } = {}) {
  const { createEmbedder } = await import('bert-embed')
  // All systems have the same maximum length, independent of the model's files.
  const embedder = await createEmbedder({
    model: directory,
    pooling: 'mean',
    normalize: false,
    maxLength: 512,
    ...options,
  })
  if (!stream) return (texts) => embedder.embed(texts)
  if (typeof embedder.embedStream !== 'function') throw new TypeError('there is no embedStream yet')
  return async (texts) => {
    const kept = []
    for await (const vector of embedder.embedStream(texts)) if (kept.length < 8) kept.push(vector)
    return kept
  }
}
