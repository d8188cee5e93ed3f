/**
 * A page that needs no debugger: it sends its result to the server of the tests, and opens the URL that it gets in
 * return. `#worker` embeds in the page's own module worker.
 */

import { embed } from './embed.js'

const { report, ...options } = Object.fromEntries(new URLSearchParams(location.search))
const query = `${new URLSearchParams(options)}`
const answer = location.hash === '#worker' ? embedInWorker() : embed(query)
const result = await answer.catch((error) => ({ error: `${error}` }))
const body = JSON.stringify({ ...result, isolated: crossOriginIsolated })
location.replace(await (await fetch(report, { method: 'POST', body })).text())

function embedInWorker() {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = ({ message }) => reject(new Error(message))
    worker.postMessage(query)
  })
}
