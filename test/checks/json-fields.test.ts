import { expect, test } from 'vitest'
import { type JsonFields, jsonFields } from '../../src/checks/json-fields.js'

const fieldsOf = (json: unknown) => jsonFields(json, { file: 'a.json', code: 'INVALID_TOKENIZER' })

test('a field that is absent or null has the fallback, which may be undefined', () => {
  const fields = fieldsOf({ size: null, name: null })
  expect(fields.integer('size', 7, {})).toBe(7)
  expect(fields.integer('size', undefined, {})).toBeUndefined()
  expect(fields.string('name', undefined)).toBeUndefined()
  expect(fields.boolean('absent', true)).toBe(true)
  expect(fields.get('size')).toBeUndefined()
})

test('a field named like a member of Object.prototype is absent unless the file has it', () => {
  expect(fieldsOf({}).get('toString')).toBeUndefined()
  expect(fieldsOf(JSON.parse('{"__proto__": 1}')).integer('__proto__', 2, {})).toBe(1)
})

test.each<[string, (fields: JsonFields) => unknown, string]>([
  [
    'a text',
    (fields) => fields.integer('x', 1, { max: 9 }),
    'a.json: x is "7", not a whole number from 1 to 9.',
  ],
  ['a text', (fields) => fields.integer('x', 1, {}), 'a.json: x is "7", not a whole number above 0.'],
  ['a text', (fields) => fields.number('x', 1, { above: 0, below: 2 }), 'not a number between 0 and 2.'],
  ['a text', (fields) => fields.boolean('x', true), 'a.json: x is "7", not true or false.'],
  ['a fraction', (fields) => fields.integer('y', 1, {}), 'a.json: y is 1.5, not a whole number above 0.'],
  ['a fraction', (fields) => fields.string('y', ''), 'a.json: y is 1.5, not a string.'],
])('%s of the wrong kind is an error with the code of the file: %s', (_, read, message) => {
  const fields = fieldsOf({ x: '7', y: 1.5 })
  expect(() => read(fields)).toThrow(expect.objectContaining({ code: 'INVALID_TOKENIZER' }))
  expect(() => read(fields)).toThrow(message)
})

test('a value that is not supported is an error UNSUPPORTED_MODEL', () => {
  const unsupported = expect.objectContaining({ code: 'UNSUPPORTED_MODEL' })
  expect(() => fieldsOf({ mode: 'x' }).oneOf('mode', 'a', ['a', 'b'])).toThrow(unsupported)
})

test.each([null, undefined, [], 'text', 7])('a file that is %j is an error with its code', (json) => {
  expect(() => fieldsOf(json)).toThrow(expect.objectContaining({ code: 'INVALID_TOKENIZER' }))
})
