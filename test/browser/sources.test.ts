import { afterAll } from 'vitest'
import { commands } from 'vitest/browser'
import { browserCache } from '../../src/sources/cache/browser-cache.web.js'
import { hubSource } from '../../src/sources/hub/hub-source.js'
import { memorySource } from '../../src/sources/memory.js'
import { urlSource } from '../../src/sources/url.js'
import { absentPaths, testSourceContract } from '../sources/source-contract.js'
import { startHub } from './hub.js'

const names: string[] = []
function newCache() {
  const name = `test-${crypto.randomUUID()}`
  names.push(name)
  return browserCache({ name })
}
afterAll(async () => {
  await Promise.all(names.map((name) => caches.delete(name)))
  await commands.closeHubs()
})

testSourceContract({ name: 'in memory', createSource: (files) => memorySource(files) })
testSourceContract({
  name: 'base URL on another origin',
  createSource: async (files) => urlSource(`${await startHub(files)}/files`),
})
testSourceContract({
  name: 'base URL, in the browser cache',
  createSource: async (files) => {
    const options = { cache: newCache() }
    const baseUrl = `${await startHub(files)}/files`
    const first = urlSource(baseUrl, options)
    await Promise.all(Object.keys(files).map((path) => first.open(path)))
    return urlSource(baseUrl, options)
  },
})
testSourceContract({
  name: 'Hub, in memory',
  createSource: async (files) => hubSource('owner/name', { endpoint: await startHub(files) }),
})
testSourceContract({
  name: 'Hub, in the browser cache',
  createSource: async (files) =>
    hubSource('owner/name', { endpoint: await startHub(files), cache: newCache() }),
})
testSourceContract({
  name: 'Hub, from the browser cache without a network',
  createSource: async (files) => {
    const options = { endpoint: await startHub(files), cache: newCache() }
    const online = hubSource('owner/name', options)
    await Promise.all([...Object.keys(files), ...absentPaths].map((path) => online.open(path)))
    return hubSource('owner/name', { ...options, offline: true })
  },
})
