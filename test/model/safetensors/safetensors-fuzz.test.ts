import { expect, test } from 'vitest'
import { BertEmbedError } from '../../../src/errors.js'
import { readSafetensorsHeader, type SafetensorsHeader } from '../../../src/model/safetensors/safetensors.js'
import { fileOf } from '../../support/safetensors-file.js'
import { createRandom, mutateSafetensors } from '../../support/safetensors-mutants.js'

const mutants = 50_000

test(`each of ${mutants} damaged files is read or refused, and no tensor is outside its file`, async () => {
  const random = createRandom(20_240_607)
  let read = 0
  for (let i = 0; i < mutants; i++) {
    const bytes = mutateSafetensors(random)
    const header = await readSafetensorsHeader(fileOf(bytes)).catch((error: unknown) => error)
    if (header instanceof BertEmbedError) {
      if (header.code !== 'INVALID_SAFETENSORS') expect.fail(`mutant ${i}: ${header.code}`)
    } else if (header instanceof Error) expect.fail(`mutant ${i}: ${header.stack}`)
    else {
      read++
      checkPlaces(header as SafetensorsHeader, bytes.length, i)
    }
  }
  // If all damaged files were refused, or none, the mutations would test nothing.
  expect(read).toBeGreaterThan(mutants / 20)
  expect(read).toBeLessThan(mutants / 2)
})

/** Checks the tensors with arithmetic that is independent of the reader's. */
function checkPlaces({ tensors }: SafetensorsHeader, fileByteLength: number, mutant: number): void {
  let total = 0
  for (const [name, tensor] of tensors) {
    const { byteOffset, byteLength } = tensor
    total += byteLength
    if (tensor.name !== name || byteOffset < 8 || byteLength < 0 || byteOffset + byteLength > fileByteLength)
      expect.fail(`mutant ${mutant}: tensor ${JSON.stringify(tensor)} in ${fileByteLength} bytes`)
  }
  if (total > fileByteLength - 8) expect.fail(`mutant ${mutant}: ${total} bytes of tensors`)
}
