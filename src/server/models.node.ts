/** The models that are served: each is loaded when it is first asked for, and kept. */

import { untilAborted } from '../async/until-aborted.js'
import type { Embedder } from '../index.node.js'
import { RequestError } from './request-error.node.js'

/** A model under the name by which requests ask for it. */
export interface ServedModel {
  readonly name: string
  /** Tokens of a batch; `undefined` if the backend chooses. */
  readonly maxBatchTokens?: number | undefined
  load(signal: AbortSignal): Promise<Embedder>
}

export interface Models {
  readonly list: readonly ServedModel[]
  /**
   * Returns a model by name, or the first one.
   *
   * @throws {RequestError} `unknown_model`
   */
  find(name?: string): ServedModel
  /**
   * Returns a loaded model. All requests that ask meanwhile share one load. After a failed load, the next request loads
   * again.
   *
   * @param signal Ends the waiting, not the load, which other requests may wait for.
   * @throws {RequestError} `unavailable`
   */
  open(model: ServedModel, signal: AbortSignal): Promise<Embedder>
  /** Aborts loads, and releases all models. */
  dispose(): Promise<void>
}

/** Called when a load has ended, with the error if it failed. */
export type OnLoad = (
  model: ServedModel,
  result: { readonly seconds: number; readonly error?: unknown },
) => void

export function createModels(list: readonly ServedModel[], onLoad: OnLoad): Models {
  const loads = new Map<string, Promise<Embedder>>()
  const controller = new AbortController()

  async function load(model: ServedModel): Promise<Embedder> {
    const start = performance.now()
    const seconds = () => (performance.now() - start) / 1000
    try {
      const embedder = await model.load(controller.signal)
      onLoad(model, { seconds: seconds() })
      return embedder
    } catch (error) {
      loads.delete(model.name)
      onLoad(model, { seconds: seconds(), error })
      throw new RequestError('unavailable', `The model ${model.name} could not be loaded${codeOf(error)}.`, {
        cause: error,
      })
    }
  }

  return {
    list,
    find(name) {
      const found = name === undefined ? list[0] : list.find((model) => model.name === name)
      if (found) return found
      const names = list.map((model) => model.name).join(', ')
      throw new RequestError('unknown_model', `No model of this name is served. Served: ${names}.`, {
        field: 'model',
      })
    },
    async open(model, signal) {
      signal.throwIfAborted()
      const loading = loads.get(model.name) ?? load(model)
      loads.set(model.name, loading)
      return untilAborted(loading, signal)
    },
    async dispose() {
      controller.abort()
      const loaded = await Promise.allSettled(loads.values())
      await Promise.all(loaded.map((result) => result.status === 'fulfilled' && result.value.dispose()))
    },
  }
}

/** The library's code tells the client what is wrong. The message may name files of this machine, so it is only logged. */
function codeOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown }
  return typeof code === 'string' ? ` (${code})` : ''
}
