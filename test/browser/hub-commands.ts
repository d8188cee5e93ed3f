/** Commands with which tests in the page control a Hub in Node. It is on another origin, like the real Hub. */

import type { ServerResponse } from 'node:http'
import type { BrowserCommand } from 'vitest/node'
import { type FakeHub, startHub } from '../support/hub-server.js'

/**
 * `break`: every body ends after some bytes. `break-once`: only the first body does. `stall`: bodies stop without ending.
 * `gone`: the connection closes without a response. `no-preflight`: other origins may only send simple requests.
 */
export type HubFault = 'break' | 'break-once' | 'stall' | 'gone' | 'no-preflight' | 'none'

/** Starts a Hub with the model owner/name, which has these files (in base64). Returns its URL. */
const startModelHub: BrowserCommand<[files: Readonly<Record<string, string>>]> = async (_, files) => {
  const bytes = Object.entries(files).map(([path, base64]) => [path, Buffer.from(base64, 'base64')])
  const hub = await startHub({ 'owner/name': Object.fromEntries(bytes) })
  hubs.set(hub.endpoint, hub)
  setFault(hub, 'none')
  return hub.endpoint
}

const breakHub: BrowserCommand<[endpoint: string, fault: HubFault]> = (_, endpoint, fault) => {
  setFault(hubs.get(endpoint)!, fault)
}

/** Returns the paths requested since the last call. */
const takeHubRequests: BrowserCommand<[endpoint: string]> = (_, endpoint) =>
  hubs.get(endpoint)!.requests.splice(0)

const closeHubs: BrowserCommand<[]> = async () => {
  const open = [...hubs.values()]
  hubs.clear()
  await Promise.all(open.map((hub) => hub.close()))
}

export const hubCommands = { startModelHub, breakHub, takeHubRequests, closeHubs }

declare module 'vitest/browser' {
  interface BrowserCommands {
    startModelHub(files: Readonly<Record<string, string>>): Promise<string>
    breakHub(endpoint: string, fault: HubFault): Promise<void>
    takeHubRequests(endpoint: string): Promise<string[]>
    closeHubs(): Promise<void>
  }
}

const hubs = new Map<string, FakeHub>()

function setFault(hub: FakeHub, fault: HubFault): void {
  let isFirst = true
  hub.intercept = (request, response) => {
    response.setHeader('access-control-allow-origin', '*')
    if (fault !== 'no-preflight') response.setHeader('access-control-allow-headers', '*')
    response.setHeader('access-control-expose-headers', 'etag')
    if (request.method === 'OPTIONS') {
      if (fault === 'no-preflight') hub.requests.push(`OPTIONS ${hub.requests.pop()}`)
      response.end()
    } else if (fault === 'break-once' && isFirst) {
      isFirst = false
      response.writeHead(200, { 'content-length': 8, etag: '"good"' })
      response.write('{"a"', () => response.destroy())
    } else if (fault === 'gone') response.destroy()
    else if ((fault === 'break' || fault === 'stall') && !request.url?.startsWith('/api/'))
      sendPart(response, fault === 'break')
    else {
      response.setHeader('etag', '"good"')
      return false
    }
    return true
  }
}

function sendPart(response: ServerResponse, breaks: boolean): void {
  response.writeHead(200, { 'content-length': 100_000, etag: '"newer"' })
  response.write(Buffer.alloc(1000), () => breaks && response.destroy())
}
