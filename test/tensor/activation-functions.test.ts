import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { activationFunctions } from '../../src/tensor/activation-functions.js'

const recorded: Record<string, number[]> = JSON.parse(
  readFileSync(new URL('../fixtures/activations.json', import.meta.url), 'utf8'),
)

test.each(Object.entries(activationFunctions))(
  '%s equals the activation function of torch.nn',
  (name, activation) => {
    expect(recorded[name]).toHaveLength(recorded.values!.length)
    for (const [index, value] of recorded.values!.entries()) {
      const expected = recorded[name]![index]!
      // The erf of GELU is off by up to 1.5e-7. It is multiplied by x / 2, which matters most for x near 3.
      expect(Math.abs(activation(value) - expected)).toBeLessThanOrEqual(
        3e-7 * Math.max(1, Math.abs(expected)),
      )
    }
  },
)
