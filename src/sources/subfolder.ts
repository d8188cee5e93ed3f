/** A folder of a model as a source of its own: old sentence-transformers models keep the encoder in `0_Transformer`. */

import type { ModelSource } from './model-source.js'

export function subfolderSource(source: ModelSource, folder: string): ModelSource {
  if (folder === '') return source
  return {
    name: source.name,
    ...(source.notFound && { notFound: (what) => source.notFound!(what) }),
    async open(path, options) {
      const file = await source.open(`${folder}/${path}`, options)
      return file && { ...file, path }
    },
    ...(source.derive && {
      derive: (path, derivation, options) => source.derive!(`${folder}/${path}`, derivation, options),
    }),
  }
}
