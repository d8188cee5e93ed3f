/** The routes of the server, and what every request passes on its way to them. */

import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { requestId } from 'hono/request-id'
import type { Logger } from 'pino'
import { requireApiKey } from './api-keys.node.js'
import { limitBody } from './limit-body.node.js'
import { observeRequests } from './observe-requests.node.js'
import { toOpenAIError } from './openai/openai-errors.node.js'
import { createOpenAIRoutes } from './openai/openai-routes.node.js'
import { RequestError, toRequestError } from './request-error.node.js'
import { createServerContext, type ServerEnv, type ServerParts } from './server-context.node.js'
import { toTeiError } from './tei/tei-errors.node.js'
import { createTeiRoutes } from './tei/tei-routes.node.js'

export interface AppOptions extends ServerParts {
  readonly log: Logger
  /** Whether the server ends, and takes no further requests. */
  readonly isStopping: () => boolean
}

export function createApp({ log, isStopping, ...parts }: AppOptions): Hono<ServerEnv> {
  const { metrics, settings } = parts
  const { limits, corsOrigins, apiKeys } = settings
  const server = createServerContext(parts)
  const tei = createTeiRoutes(server)

  const app = new Hono<ServerEnv>()
    .use(requestId({ headerName: '' }))
    .use(observeRequests(log, metrics))
    .use(async (context, next) => {
      await next()
      context.header('x-request-id', context.get('requestId'))
      // A connection that is kept open would keep the server from ending.
      if (isStopping()) context.header('connection', 'close')
    })
  if (corsOrigins.length > 0)
    app.use(cors({ origin: corsOrigins.includes('*') ? '*' : [...corsOrigins], maxAge: 600 }))

  return (
    app
      // Without a key, so that a load balancer needs none. It tells nothing about the models.
      .get('/health', (context) => context.body(null, isStopping() ? 503 : 200))
      .use(requireApiKey(apiKeys))
      .get('/metrics', async (context) =>
        context.body(await metrics.print(), 200, { 'content-type': metrics.contentType }),
      )
      .use(limitBody(limits.maxBodyBytes))
      .route('/v1', createOpenAIRoutes(server))
      .route('/', tei)
      // Names of the Hub have a slash.
      .route('/models/:model{.+}', tei)
      .notFound(({ req }) => {
        throw new RequestError('unknown_route', `There is no ${req.method} of this path.`)
      })
      .onError((error, context) => {
        const described = toRequestError(error)
        const toForm = context.req.path.startsWith('/v1/') ? toOpenAIError : toTeiError
        const { status, body } = toForm(described)
        if (described.retryAfterSeconds !== undefined)
          context.header('retry-after', String(described.retryAfterSeconds))
        return context.json(body, status)
      })
  )
}
