/** What tests in the page ask of the browser itself: how much storage an origin may fill. */

import type { BrowserCommand } from 'vitest/node'

/** Limits what this page's origin may store; -1 lifts the limit. */
const limitStorage: BrowserCommand<[quotaSize: number]> = async ({ page, context }, quotaSize) => {
  const session = await context.newCDPSession(page)
  const { origin } = new URL(page.url())
  const quota = quotaSize < 0 ? { origin } : { origin, quotaSize }
  await session.send('Storage.overrideQuotaForOrigin', quota)
  if (quotaSize < 0) await session.detach()
}

export const storageCommands = { limitStorage }

declare module 'vitest/browser' {
  interface BrowserCommands {
    limitStorage(quotaSize: number): Promise<void>
  }
}
