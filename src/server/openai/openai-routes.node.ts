/** OpenAI's API for embeddings. */

import { Hono } from 'hono'
import { toInputs } from '../inputs.node.js'
import { readBody } from '../read-body.node.js'
import type { ServerContext, ServerEnv } from '../server-context.node.js'
import { embeddingsRequest, encodeVector, modelEntry } from './openai-requests.node.js'

export function createOpenAIRoutes({ models, settings, embed }: ServerContext): Hono<ServerEnv> {
  const created = Math.floor(Date.now() / 1000)
  return (
    new Hono<ServerEnv>()
      .get('/models', (context) =>
        context.json({ object: 'list', data: models.list.map(({ name }) => modelEntry(name, created)) }),
      )
      // Names of the Hub have a slash.
      .get('/models/:model{.+}', (context) =>
        context.json(modelEntry(models.find(context.req.param('model')).name, created)),
      )
      .post('/embeddings', async (context) => {
        const request = await readBody(context, embeddingsRequest)
        const model = models.find(request.model)
        const { vectors, tokens } = await embed(context, {
          model,
          inputs: toInputs(request.input, 'input'),
          // As OpenAI's vectors, and as text-embeddings-inference does.
          normalize: true,
          dimensions: request.dimensions ?? undefined,
          truncate: settings.autoTruncate,
        })
        const format = request.encoding_format ?? 'float'
        return context.json({
          object: 'list',
          data: vectors.map((vector, index) => ({
            object: 'embedding',
            index,
            embedding: encodeVector(vector, format),
          })),
          model: model.name,
          usage: { prompt_tokens: tokens, total_tokens: tokens },
        })
      })
  )
}
