/** Mistakes on the command line: each gets one line that says what to do, and leaves nothing half-written. */

import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commandPath, finished, runCommand, startCommand } from '../support/command.js'

const directory = mkdtempSync(join(tmpdir(), 'bert-embed-mistakes-'))
const files = {
  'latin1.txt': Buffer.from('knight\nf\u00fcge\n', 'latin1'),
  'binary.txt': Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0]),
  'no-field.jsonl': '{"text":"knight"}\n{"body":"squire"}',
  'number.jsonl': '{"text":5}',
  'not.jsonl': '{"text":"knight"}\nsquire',
  'no-column.csv': 'id,body\n1,knight',
  'double.csv': 'text,id,text\n1,2,3',
  'quote.csv': 'id,text\n1,"knight\n2,squire',
  'not.parquet': 'knight',
  'notes.txt': 'knight',
  'done.jsonl': '{}',
  'not-numpy.npy': 'knight',
  'words.jsonl': '{"text":"knight","embedding":["1"]}',
  'long.npy': `\x93NUMPY\x01\0v\0{'descr': '|i1', 'fortran_order': False, 'shape': (5, 99999999999), }\n`,
  'other.jsonl': '{"text":"knight","embedding":[1,2,3]}',
}
beforeAll(() => {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content, 'latin1')
  mkdirSync(join(directory, 'folder'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const embedFile = (name: string) => ['embed', '-i', name, '-o', `out-${name}.jsonl`]

test.concurrent.each<[mistake: string, command: string[], exitCode: number, message: RegExp]>([
  ['an unknown command', ['simlarity', 'a', 'b'], 2, /^error USAGE: .*Did you mean similarity\?/],
  ['an unknown option', ['embed', 'a', '--dytpe', 'q8'], 2, /^error USAGE: .*Did you mean --dtype\?/],
  [
    'a value that an option does not have',
    ['embed', 'a', '--dtype', 'q9'],
    2,
    /^error USAGE: .*fp32, fp16, q8, q4/,
  ],
  ['a number that is none', ['embed', 'a', '--threads', 'two'], 2, /^error USAGE: .*whole number/],
  ['a setting that bench chooses', ['bench', '--sessions', '2'], 2, /^error USAGE: .*--sessions/],
  ['one text to compare', ['similarity', 'a'], 2, /^error USAGE: missing required argument 'others'/],
  [
    'a limit that the model does not have',
    ['similarity', 'a', 'b', '--max-length', '9999'],
    2,
    /^error INVALID_OPTION/,
  ],
  [
    'a prompt that the model does not have',
    ['embed', 'a', '--prompt-name', 'query'],
    2,
    /^error USAGE: .*has no prompt/,
  ],
  [
    'a directory without a model',
    ['similarity', 'a', 'b', '-m', './folder'],
    1,
    /^error FILE_NOT_FOUND: .*config.json/,
  ],
  ['a directory that does not exist', ['similarity', 'a', 'b', '-m', './none'], 1, /^error MODEL_NOT_FOUND/],
  ['a model that was never downloaded', ['info', 'owner/name', '--cache-dir', 'folder'], 1, /^error OFFLINE/],
  ['a file as a text', ['embed', 'notes.txt'], 2, /^error USAGE: .*write --input notes\.txt/],
  ['texts and a file', ['embed', 'knight', '-i', 'notes.txt'], 2, /^error USAGE: .*cannot be combined/],
  ['a file that does not exist', embedFile('none.txt'), 1, /^error READ_FAILED: none\.txt .*no such file/],
  ['a directory as the input', embedFile('folder'), 1, /^error READ_FAILED: folder is a directory/],
  [
    'a text that is not UTF-8',
    embedFile('latin1.txt'),
    1,
    /error INVALID_INPUT: latin1\.txt, line 2 .*iconv/,
  ],
  ['a binary file', embedFile('binary.txt'), 1, /^error INVALID_INPUT: binary\.txt, line 1 .*no text file/],
  [
    'a row without the field',
    embedFile('no-field.jsonl'),
    1,
    /error INVALID_INPUT: no-field\.jsonl, line 2 .*"body"/,
  ],
  [
    'a field that is no text',
    embedFile('number.jsonl'),
    1,
    /^error INVALID_INPUT: number\.jsonl, line 1: .*number/,
  ],
  ['a line that is not JSON', embedFile('not.jsonl'), 1, /error INVALID_INPUT: not\.jsonl, line 2 .*lines/],
  [
    'a table without the column',
    embedFile('no-column.csv'),
    1,
    /^error INVALID_INPUT: .*--field: it has "id", "body"/,
  ],
  ['two columns of one name', embedFile('double.csv'), 1, /^error INVALID_INPUT: .*several columns "text"/],
  ['a quote without an end', embedFile('quote.csv'), 1, /^error INVALID_INPUT: quote\.csv, line \d .*quote/],
  [
    'another file named .parquet',
    embedFile('not.parquet'),
    1,
    /^error INVALID_INPUT: not\.parquet is not a Parquet/,
  ],
  [
    'the input as the output',
    ['embed', '-i', 'done.jsonl', '-o', './done.jsonl', '--force'],
    2,
    /^error USAGE: .*input/,
  ],
  ['an extension without a format', ['embed', 'a', '-o', 'out.vec'], 2, /^error USAGE: .*--format/],
  ['a format that a pipe cannot take', ['embed', 'a', '-f', 'npy'], 2, /^error USAGE: npy .*--output/],
  ['an output that exists', ['embed', 'a', '-o', 'done.jsonl'], 1, /^error OUTPUT_EXISTS: .*--force/],
  [
    'an output folder that does not exist',
    ['embed', 'a', '-o', 'none/out.jsonl'],
    1,
    /^error WRITE_FAILED: .*no such/,
  ],
  ['an index that does not exist', ['search', '-x', 'none.npy', 'a'], 1, /^error READ_FAILED: none\.npy/],
  ['an index of another kind', ['search', '-x', 'not-numpy.npy', 'a'], 1, /^error WRONG_INDEX: .*NumPy/],
  ['an index without numbers', ['search', '-x', 'words.jsonl', 'a'], 1, /^error WRONG_INDEX: .*line 1/],
  ['an index that is cut short', ['search', '-x', 'long.npy', 'a'], 1, /^error WRONG_INDEX: .*cut short/],
  [
    'a directory as the index',
    ['search', '-x', 'folder', 'a'],
    1,
    /^error READ_FAILED: folder is a directory/,
  ],
  [
    'an index of other vectors',
    ['search', '-x', 'other.jsonl', 'a'],
    1,
    /^error WRONG_INDEX: .*has 3 values/,
  ],
  ['no query', ['search', '-x', 'other.jsonl'], 2, /^error USAGE: missing required argument 'query'/],
])('%s gets a line that says what to do', async (_, command, exitCode, message) => {
  const { code, stdout, stderr } = await runCommand(command, { cwd: directory })
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' })
  expect(stderr).toMatch(message)
  expect(stderr).toMatch(/^(?:note: .* keeps 1 text\..*\n)?error [A-Z_]+: .*\n$/)
  expect(readdirSync(directory).filter((name) => /^out.*\.(?:jsonl|vec)$/.test(name))).toEqual([])
})

test('--debug adds the stack trace', async () => {
  const { stderr } = await runCommand(['similarity', 'a', 'b', '-m', './none', '--debug'], { cwd: directory })
  expect(stderr).toMatch(/^error MODEL_NOT_FOUND: .*\n[\s\S]*\n {4}at /)
})

test('a reader that closes the pipe ends the command quietly', async () => {
  const child = startCommand(['embed'], { cwd: directory })
  child.stdin!.on('error', () => {})
  child.stdin!.end('knight\n'.repeat(3000))
  child.stdout!.once('data', () => child.stdout!.destroy())
  expect(await finished(child)).toMatchObject({ code: 0, stderr: '' })
})

test('a disk without room is reported, and leaves no lock', async () => {
  // A limit of the length of files fails at the same place as a full disk.
  const limited = `ulimit -f 0; exec node '${commandPath}' embed knight -o full.jsonl`
  const { code, stderr } = await finished(spawn('bash', ['-c', limited], { cwd: directory }))
  expect(code).toBe(1)
  expect(stderr).toMatch(/^error WRITE_FAILED: full\.jsonl cannot be written: .*\n$/)
  expect(readdirSync(directory).filter((name) => name.startsWith('full'))).toEqual([])
})

test.skipIf(!existsSync('/dev/full'))('a full disk is reported, for a device too', async () => {
  const { code, stderr } = await runCommand(['embed', 'knight', '-o', '/dev/full'], { cwd: directory })
  expect(code).toBe(1)
  expect(stderr).toMatch(/^error WRITE_FAILED: \/dev\/full cannot be written: the disk is full\..*\n$/)
})
