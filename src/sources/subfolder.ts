/**
 * Source for one folder of a model. Old sentence-transformers models keep the encoder in the folder `0_Transformer`.
 */

import type { ModelSource } from './model-source.js'

/** Creates a source for the files below `folder`. An empty `folder` returns `source` itself. */
export function subfolderSource(source: ModelSource, folder: string): ModelSource {
  if (folder === '') return source
  return {
    name: source.name,
    ...(source.list && {
      async list(likely, options) {
        const within = likely.map((path) => `${folder}/${path}`)
        const paths = await source.list!(within, options)
        return paths
          .filter((path) => path.startsWith(`${folder}/`))
          .map((path) => path.slice(folder.length + 1))
      },
    }),
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
