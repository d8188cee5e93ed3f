import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { runCommand } from '../support/command.js'

const cwd = tmpdir()

test.each([
  [['help'], ['--help']],
  [
    ['help', 'embed'],
    ['embed', '--help'],
  ],
])('bert-embed %j prints what %j prints', async (words, flags) => {
  const [byWord, byFlag] = await Promise.all([words, flags].map((args) => runCommand(args, { cwd })))
  expect(byWord).toEqual(byFlag)
  expect(byWord).toMatchObject({ code: 0, stderr: '' })
  expect(byWord!.stdout).toContain('Examples:')
})
