/** A page that embeds in its own worker. */

const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })

globalThis.answer = new Promise((resolve, reject) => {
  worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data.vectors))
  worker.onerror = ({ message }) => reject(new Error(message))
})
