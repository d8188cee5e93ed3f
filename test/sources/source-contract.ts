/** The contract of a model source. Authors of other sources can run it too. */

import { describe, expect, test } from 'vitest'
import type { ModelSource } from '../../src/sources/model-source.js'

export interface SourceContract {
  readonly name: string
  /** Creates a source with exactly these files. */
  readonly createSource: (files: Readonly<Record<string, Uint8Array>>) => Promise<ModelSource> | ModelSource
}

/** Paths that no model of the contract has. Offline, a source only knows this if they were requested before. */
export const absentPaths = ['absent.json', '1_Pooling', 'config.json/x'] as const

export function testSourceContract({ name, createSource }: SourceContract): void {
  describe(`the source ${name}`, () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251)
    const files = {
      'config.json': new TextEncoder().encode('{}'),
      '1_Pooling/config.json': new TextEncoder().encode('{"pooling_mode": "cls"}'),
      'model.safetensors': bytes,
      empty: new Uint8Array(),
    }

    test('files open with their lengths and contents, also in folders', async () => {
      const source = await createSource(files)
      for (const [path, content] of Object.entries(files)) {
        const file = await source.open(path)
        expect(file).toMatchObject({ path, byteLength: content.byteLength })
        expect([...(await file!.read(0, content.byteLength))]).toEqual([...content])
      }
      expect(source.name).not.toBe('')
    })

    test('a range from the middle of a file can be read, and an empty one', async () => {
      const file = await (await createSource(files)).open('model.safetensors')
      expect([...(await file!.read(70_000, 70_004))]).toEqual([...bytes.subarray(70_000, 70_004)])
      expect(await file!.read(5, 5)).toHaveLength(0)
    })

    test('open returns undefined for a missing file and for a folder', async () => {
      const source = await createSource(files)
      for (const path of absentPaths) expect(await source.open(path)).toBeUndefined()
    })

    test('list returns the files of the model, or the likely ones that exist', async () => {
      const source = await createSource(files)
      const likely = ['config.json', '1_Pooling/config.json', 'absent.json']
      const paths = await source.list?.(likely).catch((error) => error.code)
      if (paths === undefined || paths === 'OFFLINE') return
      expect(paths).toEqual(expect.arrayContaining(likely.slice(0, 2)))
      expect(paths).not.toContain('absent.json')
    })

    test('many files can be opened in parallel', async () => {
      const source = await createSource(files)
      const opened = await Promise.all(Array.from({ length: 20 }, () => source.open('config.json')))
      expect(opened.every((file) => file?.byteLength === 2)).toBe(true)
    })

    test('paths outside the model cannot be opened', async () => {
      const source = await createSource(files)
      for (const path of ['../config.json', '/etc/hostname', '1_Pooling/../../x'])
        expect(await source.open(path).catch((error) => error.code)).toBeOneOf([
          undefined,
          'READ_FAILED',
          'OFFLINE',
        ])
    })
  })
}
