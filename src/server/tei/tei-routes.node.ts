/** The API of text-embeddings-inference, for one model: the one that the path names, or the first one. */

import { type Context, Hono } from 'hono'
import { cosineSimilarity, type Embedder } from '../../index.node.js'
import type { Encoding } from '../../node.js'
import { toInputs } from '../inputs.node.js'
import { mapTexts } from '../long-texts.node.js'
import { readBody } from '../read-body.node.js'
import { promptOf, type ServerContext, type ServerEnv } from '../server-context.node.js'
import { toListBody } from './list-body.node.js'
import { toTeiInfo } from './tei-info.node.js'
import { embedAllRequest, embedRequest, similarityRequest, tokenizeRequest } from './tei-requests.node.js'
import { tokenVectors } from './token-vectors.node.js'

interface Parameters {
  readonly truncate?: boolean | null | undefined
  readonly truncation_direction?: 'left' | 'right' | 'Left' | 'Right' | null | undefined
  readonly prompt_name?: string | null | undefined
}

interface TextsRequest extends Pick<Parameters, 'prompt_name'> {
  readonly inputs: string | readonly string[]
}

/** @see https://huggingface.github.io/text-embeddings-inference */
export function createTeiRoutes({ models, settings, metrics, enter, embed }: ServerContext): Hono<ServerEnv> {
  const modelOf = (context: Context<ServerEnv>) => models.find(context.req.param('model'))
  const truncateOf = ({ truncate }: Parameters) => truncate ?? settings.autoTruncate
  const embedOptions = (parameters: Parameters) =>
    ({
      truncate: truncateOf(parameters),
      truncationSide: parameters.truncation_direction?.toLowerCase() === 'left' ? 'left' : 'right',
      promptName: parameters.prompt_name ?? undefined,
    }) as const

  /** Answers with a list that has an item for each text, with its prompt. */
  async function streamList(
    context: Context<ServerEnv>,
    request: TextsRequest,
    toItems: (texts: readonly string[], embedder: Embedder) => AsyncIterable<unknown>,
  ): Promise<Response> {
    const inputs = toInputs(request.inputs, 'inputs') as readonly string[]
    const { embedder, leave } = await enter(context, inputs.length, modelOf(context))
    try {
      const prompt = promptOf(embedder, request.prompt_name ?? undefined) ?? ''
      const texts = inputs.map((text) => prompt + text)
      const items = toItems(texts, embedder)
      return context.body(await toListBody(items, leave), 200, { 'content-type': 'application/json' })
    } catch (error) {
      leave()
      throw error
    }
  }

  return new Hono<ServerEnv>()
    .post('/embed', async (context) => {
      const request = await readBody(context, embedRequest)
      const { vectors } = await embed(context, {
        ...embedOptions(request),
        model: modelOf(context),
        inputs: toInputs(request.inputs, 'inputs'),
        normalize: request.normalize ?? true,
        dimensions: request.dimensions ?? undefined,
      })
      return context.json(vectors.map((vector) => Array.from(vector)))
    })
    .post('/similarity', async (context) => {
      const { inputs, parameters } = await readBody(context, similarityRequest)
      const { vectors } = await embed(context, {
        ...embedOptions(parameters ?? {}),
        model: modelOf(context),
        inputs: [inputs.source_sentence, ...toInputs(inputs.sentences, 'inputs.sentences')],
        normalize: false,
      })
      const [source, ...others] = vectors
      return context.json(others.map((vector) => cosineSimilarity(source!, vector)))
    })
    .post('/embed_all', async (context) => {
      const request = await readBody(context, embedAllRequest)
      const model = modelOf(context)
      const onText = (tokens: number) => {
        metrics.texts.inc({ model: model.name })
        metrics.tokens.inc({ model: model.name }, tokens)
      }
      const options = { truncate: truncateOf(request), signal: context.get('signal'), onText }
      return streamList(context, request, (texts, embedder) => tokenVectors(texts, embedder, options))
    })
    .post('/tokenize', async (context) => {
      const request = await readBody(context, tokenizeRequest)
      const addSpecialTokens = request.add_special_tokens ?? true
      return streamList(context, request, (texts, embedder) => {
        const tokensOf = (text: string) => listTokens(embedder.tokenizer.encode(text, { addSpecialTokens }))
        return mapTexts(texts, tokensOf, { embedder, signal: context.get('signal') })
      })
    })
    .get('/info', async (context) => {
      const model = modelOf(context)
      const embedder = await models.open(model, context.get('signal'))
      return context.json(toTeiInfo(model, embedder, settings))
    })
}

/** The library knows no positions of tokens in the text. */
function listTokens({ ids, tokens, specialTokensMask }: Encoding) {
  return tokens.map((text, index) => ({
    id: ids[index],
    text,
    special: specialTokensMask[index] === 1,
    start: null,
    stop: null,
  }))
}
