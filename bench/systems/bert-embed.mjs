/** bert-embed, from the checkpoint's own files. */

export const name = 'bert-embed, model.safetensors'

/** Loads a directory and resolves to a function from a text to its vector. */
export async function load(directory) {
  const { createEmbedder } = await import('bert-embed')
  const embedder = await createEmbedder({ model: directory, pooling: 'mean', normalize: false })
  return (text) => embedder.embed(text)
}
