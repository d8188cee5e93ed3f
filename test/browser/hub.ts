/** Starts a Hub in Node from a test in the page. */

import { commands } from 'vitest/browser'

/** Starts a Hub with the model owner/name, which has these files. Returns its URL. */
export function startHub(files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const encoded = Object.entries(files).map(([path, bytes]) => [path, toBase64(bytes)])
  return commands.startModelHub(Object.fromEntries(encoded))
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}
