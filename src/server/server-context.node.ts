/** What the routes of all APIs share. */

import type { Context } from 'hono'
import type { Embedder } from '../index.node.js'
import { type EmbeddedInputs, embedInputs } from './embed-inputs.node.js'
import type { Input } from './inputs.node.js'
import type { Metrics } from './metrics.node.js'
import type { Models, ServedModel } from './models.node.js'
import { RequestError } from './request-error.node.js'
import type { ServerSettings } from './server-options.js'
import type { WaitingPlaces } from './waiting-places.node.js'

/** What a request is found to be, for its line in the log. */
export interface RequestFacts {
  model?: string
  texts?: number
  tokens?: number
}

export interface ServerEnv {
  Variables: {
    readonly requestId: string
    readonly facts: RequestFacts
    /** Aborted with an error when the client goes away. */
    readonly signal: AbortSignal
  }
}

/** The texts of a request, and what is asked about them. */
export interface EmbedCall {
  readonly model: ServedModel
  readonly inputs: readonly Input[]
  readonly normalize: boolean
  readonly truncate: boolean
  readonly truncationSide?: 'left' | 'right' | undefined
  readonly dimensions?: number | undefined
  /** Name of one of the model's prompts. */
  readonly promptName?: string | undefined
}

export interface ServerContext {
  readonly models: Models
  readonly settings: ServerSettings
  readonly metrics: Metrics
  /**
   * Takes places for texts, and loads their model.
   *
   * @returns The model, and the function that gives the places back.
   */
  enter(
    context: Context<ServerEnv>,
    texts: number,
    model: ServedModel,
  ): Promise<{ readonly embedder: Embedder; readonly leave: () => void }>
  embed(context: Context<ServerEnv>, call: EmbedCall): Promise<EmbeddedInputs>
}

export interface ServerParts {
  readonly models: Models
  readonly settings: ServerSettings
  readonly metrics: Metrics
  readonly places: WaitingPlaces
}

export function createServerContext({ models, settings, metrics, places }: ServerParts): ServerContext {
  const { maxTexts } = settings.limits

  const enter: ServerContext['enter'] = async (context, texts, model) => {
    Object.assign(context.get('facts'), { model: model.name, texts })
    if (texts > maxTexts)
      throw new RequestError(
        'too_many_texts',
        `The request has ${texts} texts. At most ${maxTexts} are allowed.`,
      )
    const leave = places.take(texts)
    try {
      return { embedder: await models.open(model, context.get('signal')), leave }
    } catch (error) {
      leave()
      throw error
    }
  }

  const embed: ServerContext['embed'] = async (context, call) => {
    const { model, inputs, promptName, truncationSide = 'right' } = call
    const { embedder, leave } = await enter(context, inputs.length, model)
    try {
      const prompt = promptOf(embedder, promptName)
      const signal = context.get('signal')
      const embedded = await embedInputs(embedder, inputs, { ...call, prompt, truncationSide, signal })
      Object.assign(context.get('facts'), { tokens: embedded.tokens })
      metrics.texts.inc({ model: model.name }, inputs.length)
      metrics.tokens.inc({ model: model.name }, embedded.tokens)
      return embedded
    } finally {
      leave()
    }
  }

  return { models, settings, metrics, enter, embed }
}

/**
 * Returns the text of a prompt of the model, or `undefined` without a name: the model's default prompt is used then.
 *
 * @throws {RequestError} `invalid`
 */
export function promptOf({ prompts }: Embedder, name: string | undefined): string | undefined {
  if (name === undefined) return undefined
  if (Object.hasOwn(prompts, name)) return prompts[name]
  const known = Object.keys(prompts).join(', ') || 'none'
  throw new RequestError('invalid', `The model has no prompt of this name. Its prompts: ${known}.`, {
    field: 'prompt_name',
  })
}
