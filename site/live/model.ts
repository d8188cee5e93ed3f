/** The model of the live page: loaded when the reader asks for it, and shared by all parts of the page. */

import { withBase } from 'vitepress'
import { readonly, shallowRef } from 'vue'
import { keepOffline } from './keep-offline.js'
import type { LoadedModel } from './loaded-model.js'
import { type Problem, toProblem } from './problem.js'

/** Set by the configuration of the site. */
declare const packedModel: { readonly path: string; readonly byteLength: number }

export type ModelState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'loading'; readonly loadedBytes: number }
  | { readonly kind: 'ready'; readonly model: LoadedModel }
  | { readonly kind: 'failed'; readonly problem: Problem }

export const { byteLength } = packedModel

const current = shallowRef<ModelState>({ kind: 'idle' })

export const modelState = readonly(current) as typeof current

/** Does nothing if the model is there or on its way. */
export async function loadModel(): Promise<void> {
  if (current.value.kind === 'loading' || current.value.kind === 'ready') return
  current.value = { kind: 'loading', loadedBytes: 0 }
  try {
    // Imported on demand, so that the page is small until the reader asks for the model.
    const { openModel } = await import('./loaded-model.js')
    const model = await openModel(withBase(`/${packedModel.path}`), (loadedBytes) => {
      current.value = { kind: 'loading', loadedBytes }
    })
    current.value = { kind: 'ready', model }
    keepOffline()
  } catch (error) {
    current.value = { kind: 'failed', problem: toProblem(error) }
  }
}
