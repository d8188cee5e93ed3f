/** Stores the page for later visits without a network, once the reader has used it. */

import { withBase } from 'vitepress'
import { savesData } from './saves-data.js'

export function keepOffline(): void {
  if (import.meta.env.DEV || !('serviceWorker' in navigator) || savesData()) return
  navigator.serviceWorker.register(withBase('/service-worker.js')).catch((error) => {
    // The page works without it, but not offline.
    console.warn('The page could not be stored for offline use.', error)
  })
}
