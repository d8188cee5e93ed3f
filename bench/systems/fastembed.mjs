/** fastembed-js on the exported ONNX file. It pools by [CLS] and always normalises; it takes no number of threads. */

export async function load(directory, { batchSize }) {
  const { EmbeddingModel, FlagEmbedding } = await import('fastembed')
  const model = await FlagEmbedding.init({
    model: EmbeddingModel.CUSTOM,
    modelAbsoluteDirPath: directory,
    modelName: 'onnx/model.onnx',
  })
  return async (texts) => {
    const vectors = []
    for await (const batch of model.embed(texts, batchSize)) vectors.push(...batch)
    return vectors
  }
}
