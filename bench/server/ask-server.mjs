/** Asks a server for one text per request with autocannon, and reads the answers when the time has been taken. */

import autocannon from 'autocannon'

export function askServer(url) {
  return (texts, { connections }) =>
    new Promise((resolve, reject) => {
      const milliseconds = []
      const bodies = new Array(texts.length)
      let next = 0
      const start = performance.now()
      const load = autocannon(
        {
          url,
          connections,
          amount: texts.length,
          timeout: 120,
          requests: [
            {
              method: 'POST',
              path: '/embed',
              headers: { 'content-type': 'application/json' },
              setupRequest(request, context) {
                // More requests are prepared than are sent.
                context.index = next++
                return { ...request, body: JSON.stringify({ inputs: texts[context.index % texts.length] }) }
              },
              onResponse(status, body, context) {
                if (status === 200) bodies[context.index % texts.length] = body
              },
            },
          ],
        },
        (error, result) => {
          if (error) return reject(error)
          const vectors = bodies.map((body) => JSON.parse(body)[0])
          const failed = result.errors + result.timeouts + result.non2xx
          resolve({ seconds: lastResponse, milliseconds, vectors, failed })
        },
      )
      let lastResponse = 0
      load.on('response', (_client, _status, _bytes, time) => {
        lastResponse = (performance.now() - start) / 1000
        milliseconds.push(time)
      })
    })
}
