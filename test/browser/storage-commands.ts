/** Commands with which tests in the page limit the storage of their origin. */

import type { BrowserCommand } from 'vitest/node'

/** Limits the storage of this page's origin, in bytes. -1 removes the limit. */
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
