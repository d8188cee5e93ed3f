import { expect, test } from 'vitest'
import { untilAborted } from '../../src/async/until-aborted.js'

const endless = new Promise<never>(() => {})

test('an abort ends the waiting with its reason, before and after it began', async () => {
  const controller = new AbortController()
  const waiting = untilAborted(endless, controller.signal)
  controller.abort('changed my mind')
  await expect(waiting).rejects.toBe('changed my mind')
  await expect(untilAborted(endless, controller.signal)).rejects.toBe('changed my mind')
})

test('without an abort, the result and the failure of the work come through', async () => {
  for (const signal of [undefined, new AbortController().signal]) {
    expect(await untilAborted(Promise.resolve(7), signal)).toBe(7)
    await expect(untilAborted(Promise.reject(new Error('no model')), signal)).rejects.toThrow('no model')
  }
})
