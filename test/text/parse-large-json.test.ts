import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { runSteps } from '../../src/async/steps.js'
import { parseLargeJson } from '../../src/text/files/parse-large-json.js'

const many = <T>(make: (index: number) => T) => Array.from({ length: 40_000 }, (_, index) => make(index))
const odd = ['"', '\\', '],[', '{"a":[1]}', '\\"', '\n', '\u2028', '▁', '__proto__', ',', ':', '😀', '']

describe('parseLargeJson', () => {
  const texts: Record<string, string> = {
    'a Unigram': JSON.stringify({
      version: '1.0',
      model: { vocab: many((id) => [odd[id % odd.length]! + id, -id / 7]), unk_id: 3 },
      added_tokens: [{ id: 5 }],
    }),
    'a BPE': JSON.stringify(
      {
        model: {
          merges: many((id) => [`a${id}`, odd[id % odd.length]!]),
          vocab: Object.fromEntries(many((id) => [odd[id % odd.length]! + id, id])),
          '[x]': '{',
        },
        'a "key"': null,
      },
      null,
      2,
    ),
    'a list': JSON.stringify([1, many((id) => ({ id })), [], {}, 'x']),
    'a large file of small parts': JSON.stringify(many((id) => ({ [`k${id}`]: [id, { id }] }))),
    'a large string': JSON.stringify({ text: 'x"\\'.repeat(400_000), after: [1] }),
    'a list deep in objects': JSON.stringify({ a: { b: { c: { d: many((id) => `${id}`.repeat(9)) } } } }),
    'an object with the key __proto__': `{"model":{"vocab":{"__proto__":7,${many((id) => `"t${id}______":${id}`).join()}}}}`,
  }
  for (const [what, text] of Object.entries(texts))
    test(`parseLargeJson returns the same as JSON.parse, in steps (${what})`, () => {
      expect(text.length).toBeGreaterThan(256 * 1024)
      const steps = parseLargeJson(text)
      let count = 0
      let step = steps.next()
      for (; !step.done; step = steps.next()) count++
      expect(JSON.stringify(step.value)).toBe(JSON.stringify(JSON.parse(text)))
      expect(count).toBeGreaterThan(0)
    })

  test('parseLargeJson fails exactly when JSON.parse does, for a text changed or cut off anywhere', () => {
    const isJson = (parse: () => unknown) => {
      try {
        parse()
        return true
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError)
        return false
      }
    }
    const text = texts['a Unigram']!
    const broken = fc
      .tuple(fc.nat(text.length - 1), fc.constantFrom('', ']', '}', '"', ',', '[', 'x'), fc.boolean())
      .map(([place, wrong, isCutOff]) => text.slice(0, place) + wrong + (isCutOff ? '' : text.slice(place)))
    fc.assert(
      fc.property(broken, (broken) => {
        expect(isJson(() => runSteps(parseLargeJson(broken)))).toBe(isJson(() => JSON.parse(broken)))
      }),
      {
        seed: 15,
        numRuns: 40,
        examples: [[text.replace('],[', '],,[')], [`${text}]`], [text.replace(']],', '],],')]],
      },
    )
  })
})
