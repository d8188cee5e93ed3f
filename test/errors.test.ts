import { describe, expect, test } from 'vitest'
import { ArgumentRangeError, ArgumentTypeError, BertEmbedError, describe as show } from '../src/errors.js'

describe('an error', () => {
  test('an error has a code, a name and its cause', () => {
    const cause = new Error('disk on fire')
    const error = new BertEmbedError('READ_FAILED', 'Cannot read it.', { cause })
    expect(error).toMatchObject({ name: 'BertEmbedError', code: 'READ_FAILED', cause })
    expect(error).toBeInstanceOf(Error)
  })

  test('an error about an argument is a TypeError or a RangeError with a code', () => {
    const typeError = new ArgumentTypeError('INVALID_TEXT', 'not a string')
    expect(typeError).toBeInstanceOf(TypeError)
    expect(typeError).toMatchObject({ name: 'ArgumentTypeError', code: 'INVALID_TEXT' })
    const rangeError = new ArgumentRangeError('INVALID_OPTION', 'too small')
    expect(rangeError).toBeInstanceOf(RangeError)
    expect(rangeError).toMatchObject({ name: 'ArgumentRangeError', code: 'INVALID_OPTION' })
  })

  test.each([
    ['text', '"text"'],
    ['x'.repeat(100), `"${'x'.repeat(77)}..."`],
    [7, '7'],
    [7n, '7n'],
    [null, 'null'],
    [undefined, 'undefined'],
    [[1, 2], '[1, 2]'],
    [['a', 'b'], 'an array of 2'],
    [new Array(9).fill(1), 'an array of 9'],
    [new Map(), 'an object (Map)'],
    [() => 0, 'a function'],
    [JSON.parse('{"constructor": {"name": {"toString": 1, "valueOf": 1}}}'), 'an object (Object)'],
    [Object.create(null), 'an object (Object)'],
  ])('describe shows %o', (value, shown) => {
    expect(show(value)).toBe(shown)
  })
})
