/** Opens pages in a Firefox. Each page sends what it has computed to a server of ours. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { openFirefox } from '../../scripts/firefox.mjs'

/**
 * Opens pages one after the other in one window, and returns their results. A page POSTs its result to the URL in its
 * parameter `report`, and opens the URL that it gets in return.
 */
export async function visitInFirefox(firefox: string, urls: readonly string[]): Promise<unknown[]> {
  const results: unknown[] = []
  let finish = () => {}
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  const server = createServer(async (request, response) => {
    results.push(await json(request))
    const next = urls[results.length]
    response.setHeader('access-control-allow-origin', '*')
    response.end(next === undefined ? 'about:blank' : addReport(next))
    if (next === undefined) finish()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const addReport = (page: string) => {
    const url = new URL(page)
    url.searchParams.set('report', `http://127.0.0.1:${port}/`)
    return url.href
  }
  const browser = openFirefox(firefox, addReport(urls[0]!))
  try {
    await Promise.race([finished, browser.failed])
    return results
  } finally {
    await browser.close()
    server.close()
    server.closeAllConnections()
  }
}
