/** The kinds of calls of the soak, each with its expected end. */

import assert from 'node:assert/strict'

/** Frequency of each kind, of 100 calls. */
const shares = {
  single: 34,
  list: 15,
  concurrent: 8,
  stream: 6,
  forward: 5,
  tokenize: 5,
  aborted: 12,
  invalid: 15,
}

/** Returns a function that makes one random call, checks how it ends, and resolves to its kind. */
export function createCalls(embedder, { random }) {
  const kinds = createKinds(embedder, random)
  const wheel = Object.entries(shares).flatMap(([kind, share]) => Array(kind in kinds ? share : 0).fill(kind))
  return async () => {
    const kind = wheel[Math.floor(random() * wheel.length)]
    await kinds[kind]()
    return kind
  }
}

function createKinds(embedder, random) {
  const { dimension } = embedder
  const below = (count) => Math.floor(random() * count)
  const drawText = () => Array.from({ length: 1 + below(30) }, () => words[below(words.length)]).join(' ')
  const drawTexts = () => Array.from({ length: below(12) }, drawText)
  const checkVectors = (vectors, count) => {
    assert.equal(vectors.length, count)
    for (const vector of vectors) assert(vector.length === dimension && vector.every(Number.isFinite))
  }

  const kinds = {
    async single() {
      checkVectors([await embedder.embed(drawText())], 1)
    },
    async list() {
      const texts = drawTexts()
      checkVectors(await embedder.embed(texts, { normalize: random() < 0.5 }), texts.length)
    },
    async concurrent() {
      checkVectors(await Promise.all(Array.from({ length: 5 }, () => embedder.embed(drawText()))), 5)
    },
    async forward() {
      const { lastHiddenState } = await embedder.forward(drawText())
      assert(lastHiddenState.data.every(Number.isFinite))
    },
    async tokenize() {
      assert(embedder.tokenize(drawText()).inputIds.shape[1] > 2)
    },
    /** Aborts before the call, at once, or later. The call rejects with the signal's reason, unless it has finished. */
    async aborted() {
      const controller = new AbortController()
      const reason = new Error('enough')
      const when = below(3)
      if (when === 0) controller.abort(reason)
      const call = embedder.embed([drawText(), ...drawTexts()], { signal: controller.signal })
      if (when === 1) controller.abort(reason)
      if (when === 2) setTimeout(() => controller.abort(reason), below(4))
      const outcome = await call.catch((error) => error)
      if (Array.isArray(outcome)) assert.notEqual(when, 0)
      else assert.equal(outcome, reason)
    },
    async invalid() {
      const [call, code] = invalidCalls[below(invalidCalls.length)]
      await assert.rejects(async () => call(embedder), { code })
    },
  }
  if (typeof embedder.embedStream === 'function')
    /** Reads a stream to its end, leaves it early, or uses a source that fails. */
    kinds.stream = async () => {
      const texts = [drawText(), ...drawTexts()]
      const how = below(3)
      const failure = new Error('no more texts')
      async function* source() {
        yield* texts
        if (how === 1) throw failure
      }
      const vectors = []
      try {
        for await (const vector of embedder.embedStream(source())) {
          vectors.push(vector)
          if (how === 2) break
        }
        assert.notEqual(how, 1)
        checkVectors(vectors, how === 2 ? 1 : texts.length)
      } catch (error) {
        if (error !== failure) throw error
      }
    }
  return kinds
}

const words = 'the knight rode out at dawn with his squire and a lance toward windmills of La Mancha'.split(
  ' ',
)

const invalidCalls = [
  [(embedder) => embedder.embed(['knight', 42]), 'INVALID_TEXT'],
  [(embedder) => embedder.embed(undefined), 'INVALID_TEXT'],
  [(embedder) => embedder.embed('knight', { pooling: 'median' }), 'INVALID_OPTION'],
  [(embedder) => embedder.embed('knight', { truncateDim: 0 }), 'INVALID_OPTION'],
  [
    (embedder) => embedder.embed('the knight and his squire', { maxLength: 3, overflow: 'error' }),
    'TEXT_TOO_LONG',
  ],
]
