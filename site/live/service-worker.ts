/**
 * Keeps the live page available offline. The model is not among its files: the library stores it in a cache of its own.
 *
 * The page itself comes from the network, and from the cache only without a network. All its other files have a hash of
 * their content in their name. A page therefore never loads a file of another build.
 */

import { addRoute, matchPrecache, precache } from 'workbox-precaching'
import { registerRoute } from 'workbox-routing'

declare const precachedFiles: readonly { readonly url: string; readonly revision: string | null }[]

const page = new URL('live', location.href)

registerRoute(
  ({ request, url }) => request.mode === 'navigate' && url.pathname.replace(/\.html$/, '') === page.pathname,
  ({ request }) => fetch(request).catch(async () => (await matchPrecache('live.html')) ?? Response.error()),
)
precache([...precachedFiles])
addRoute()
