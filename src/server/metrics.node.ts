/** The metrics of the server, in the format of Prometheus. */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export interface Metrics {
  readonly contentType: string
  readonly requests: Counter<'route' | 'method' | 'status'>
  readonly requestSeconds: Histogram<'route'>
  readonly texts: Counter<'model'>
  readonly tokens: Counter<'model'>
  readonly loads: Counter<'model' | 'result'>
  /** Returns all metrics as text. */
  print(): Promise<string>
}

/** From a single short text on a fast machine to thousands of long ones. */
const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

/** @param waitingTexts Reads the number of texts that are waiting or running. */
export function createMetrics(waitingTexts: () => number): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: 'bert_embed_waiting_texts',
    help: 'Texts that are waiting or running.',
    registers,
    collect() {
      this.set(waitingTexts())
    },
  })
  return {
    contentType: registry.contentType,
    requests: new Counter({
      name: 'bert_embed_http_requests_total',
      help: 'Requests that have been answered. Status 499 means that the client went away.',
      labelNames: ['route', 'method', 'status'],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'bert_embed_http_request_duration_seconds',
      help: 'Time from the head of a request to the head of its answer.',
      labelNames: ['route'],
      buckets: secondsBuckets,
      registers,
    }),
    texts: new Counter({
      name: 'bert_embed_texts_total',
      help: 'Texts that have been embedded.',
      labelNames: ['model'],
      registers,
    }),
    tokens: new Counter({
      name: 'bert_embed_tokens_total',
      help: 'Tokens that have been embedded, special tokens included.',
      labelNames: ['model'],
      registers,
    }),
    loads: new Counter({
      name: 'bert_embed_model_loads_total',
      help: 'Loads of models that have ended.',
      labelNames: ['model', 'result'],
      registers,
    }),
    print: () => registry.metrics(),
  }
}
