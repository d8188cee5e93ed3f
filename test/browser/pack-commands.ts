/** A command with which tests in the page get a pack that Node has written. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserCommand } from 'vitest/node'
import { packModel } from '../../src/pack-model.node.js'
import { checkpointPath, filesIn } from '../support/fixtures.js'

/** Packs a recorded checkpoint for the engine and for onnxruntime. Returns its files in base64. */
const packCheckpoint: BrowserCommand<[name: string]> = async (_, name) => {
  const folder = mkdtempSync(join(tmpdir(), 'bert-embed-'))
  try {
    await packModel({ model: checkpointPath(name), out: join(folder, 'pack') })
    const files = Object.entries(filesIn(join(folder, 'pack')))
    return Object.fromEntries(files.map(([path, bytes]) => [path, Buffer.from(bytes).toString('base64')]))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export const packCommands = { packCheckpoint }

declare module 'vitest/browser' {
  interface BrowserCommands {
    packCheckpoint(name: string): Promise<Record<string, string>>
  }
}
