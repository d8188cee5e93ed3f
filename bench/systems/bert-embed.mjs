/** bert-embed, from the checkpoint's own files. */

export const name = 'bert-embed, model.safetensors'

/**
 * Loads a directory and resolves to a function from a text, or a list of texts, to its vectors. With `stream`, a list goes
 * through `embedStream`, and only the first vectors are kept.
 */
export async function load(directory, { stream = false, ...options } = {}) {
  const { createEmbedder } = await import('bert-embed')
  // All systems take texts of the same length, whatever the model's files say of it.
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
