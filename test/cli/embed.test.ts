/** `bert-embed embed`: every form of input and output, and runs that were interrupted. */

import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createEmbedder, quantizeEmbeddings } from '../../src/index.node.js'
import { finished, runCommand, startCommand } from '../support/command.js'
import { trainedCheckpoint, trainedDimension } from '../support/fixtures.js'

const texts = [
  'The knight rode out.',
  'Füge „Reis“ hinzu, und\trühre. 😀',
  '',
  'Waves broke, all night, over it.',
]
const objects = texts.map((text, id) => ({ id, size: id / 2, tag: id === 1 ? null : `t${id}`, body: text }))

let directory: string
const path = (name: string) => join(directory, name)
const read = (name: string) => readFileSync(path(name), 'utf8')
const write = (name: string, content: string) => writeFileSync(path(name), content)
const embed = (args: readonly string[], input?: string) =>
  runCommand(['embed', ...args], { cwd: directory, input })
const parseLines = (jsonl: string) =>
  jsonl
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

let expected: number[][]
beforeAll(async () => {
  await using embedder = await createEmbedder({ model: trainedCheckpoint })
  expected = (await embedder.embed(texts)).map((vector) => [...vector])
})
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bert-embed-cli-'))
  return () => rmSync(directory, { recursive: true, force: true })
})

const fileAppears = (name: string) =>
  new Promise<void>((resolve) => {
    const watcher = watch(directory, () => {
      if (!existsSync(path(name))) return
      watcher.close()
      resolve()
    })
  })

/** The values of JSON as float32. */
const toFloats = (embedding: number[]) => [...Float32Array.from(embedding)]

describe('the input', () => {
  const csv = (delimiter: string) =>
    objects.map(({ id, body }) => [id, `"${body.replaceAll('"', '""')}"`].join(delimiter)).join('\r\n')
  test.each<[form: string, args: string[], file: string, content: string]>([
    ['lines', [], 'in.txt', `${texts.join('\n')}\n`],
    ['lines that end like on Windows, after a byte order mark', [], 'in.txt', `\ufeff${texts.join('\r\n')}`],
    ['a field of JSONL', ['--field', 'body'], 'in.jsonl', objects.map((it) => JSON.stringify(it)).join('\n')],
    ['JSON strings', [], 'in.ndjson', texts.map((text) => JSON.stringify(text)).join('\n\n')],
    ['a column of CSV', ['--field', 'body'], 'in.csv', `id,body\r\n${csv(',')}`],
    ['a column of TSV', ['--field', 'body'], 'in.tsv', `id\tbody\n${csv('\t')}`],
  ])('%s give the vectors of the library, in order', async (_, args, file, content) => {
    write(file, content)
    const { stdout, stderr, code } = await embed(['--input', file, ...args])
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    const rows = parseLines(stdout)
    expect(rows.map(({ text }) => text)).toEqual(texts)
    expect(rows.map(({ embedding }) => toFloats(embedding))).toEqual(expected)
  })

  test('arguments and a pipe give the same lines', async () => {
    const [fromArguments, fromPipe] = await Promise.all([embed(texts), embed([], texts.join('\n'))])
    expect(fromArguments.stdout).toBe(fromPipe.stdout)
    expect(parseLines(fromPipe.stdout)).toHaveLength(texts.length)
  })
})

describe('the output', () => {
  const records = objects.map(({ body, ...fields }) => ({ ...fields, text: body }))
  const write4 = async (name: string, args: readonly string[] = []) => {
    write('in.jsonl', records.map((record) => JSON.stringify(record)).join('\n'))
    const { stdout, stderr, code } = await embed([
      '-i',
      'in.jsonl',
      '--keep',
      'id,size,tag',
      '-o',
      name,
      ...args,
    ])
    expect({ stdout, stderr, code }).toEqual({ stdout: '', stderr: '', code: 0 })
    expect(existsSync(path(`${name}.part`))).toBe(false)
  }

  test('JSONL has the kept fields, the text and the exact float32 values', async () => {
    await write4('out.jsonl')
    const rows = parseLines(read('out.jsonl'))
    expect(rows.map(({ embedding, ...rest }) => rest)).toEqual(records)
    expect(rows.map(({ embedding }) => toFloats(embedding))).toEqual(expected)
  })

  test('CSV has the embedding as a JSON list', async () => {
    await write4('out.csv')
    const rows: Record<string, string>[] = parse(read('out.csv'), { columns: true })
    expect(rows.map(({ text }) => text)).toEqual(texts)
    expect(rows.map(({ id, tag }) => [id, tag])).toEqual(records.map(({ id, tag }) => [`${id}`, tag ?? '']))
    expect(rows.map(({ embedding }) => toFloats(JSON.parse(embedding!)))).toEqual(expected)
  })

  test('.npy is an array of shape [texts, values] that NumPy can read', async () => {
    await write4('out.npy')
    const bytes = readFileSync(path('out.npy'))
    const headerEnd = 10 + bytes.readUInt16LE(8)
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x93NUMPY\x01\x00')
    expect(headerEnd % 64).toBe(0)
    expect(bytes.subarray(10, headerEnd).toString()).toMatch(
      new RegExp(`^{'descr': '<f4', 'fortran_order': False, 'shape': \\(4, ${trainedDimension}\\), } *\\n$`),
    )
    expect([...new Float32Array(new Uint8Array(bytes.subarray(headerEnd)).buffer)]).toEqual(expected.flat())
  })

  test('Parquet has typed columns, and names the model in its metadata', async () => {
    await write4('out.parquet', ['--prompt', ''])
    const file = await asyncBufferFromFile(path('out.parquet'))
    const { key_value_metadata, schema } = await parquetMetadataAsync(file)
    expect(schema.filter(({ type }) => type).map(({ name, type }) => [name, type])).toEqual([
      ['id', 'INT64'],
      ['size', 'DOUBLE'],
      ['tag', 'BYTE_ARRAY'],
      ['text', 'BYTE_ARRAY'],
      ['element', 'FLOAT'],
    ])
    const info = JSON.parse(key_value_metadata!.find(({ key }) => key === 'bert-embed')!.value!)
    expect(info).toEqual({
      version: 1,
      model: trainedCheckpoint.replace(/\/$/, ''),
      options: { prompt: '' },
      keep: ['id', 'size', 'tag'],
    })
    const rows = await parquetReadObjects({ file })
    expect(rows.map(({ embedding, id, ...rest }) => ({ id: Number(id), ...rest }))).toEqual(records)
    expect(rows.map(({ embedding }) => toFloats(embedding))).toEqual(expected)
  })

  test('binary vectors have a byte for eight values', async () => {
    await write4('out.npy', ['--precision', 'ubinary'])
    const bytes = readFileSync(path('out.npy'))
    const values = bytes.subarray(10 + bytes.readUInt16LE(8))
    const vectors = expected.map((vector) => Float32Array.from(vector))
    const bits = quantizeEmbeddings(vectors, { precision: 'ubinary' })
    expect([...values]).toEqual(bits.flatMap((vector) => [...vector]))
  })

  test.each(['out.npy', 'out.parquet', 'out.csv', 'out.jsonl'])(
    '%s without texts is a valid file',
    async (name) => {
      expect(await embed(['-o', name], '')).toEqual({ code: 0, stdout: '', stderr: '' })
      expect(existsSync(path(name))).toBe(true)
      if (name.endsWith('.parquet'))
        expect((await parquetMetadataAsync(await asyncBufferFromFile(path(name)))).num_rows).toBe(0n)
    },
  )
})

test('a second run on the same output waits for the first, and then finds the output', async () => {
  const first = startCommand(['embed', '-o', 'out.jsonl'], { cwd: directory })
  const end = finished(first)
  await fileAppears('out.jsonl.part')
  const second = startCommand(['embed', '-o', 'out.jsonl'], { cwd: directory })
  second.stdin!.end('squire')
  const secondEnd = finished(second)
  second.stderr!.once('data', () => first.stdin!.end('knight')) // the note that it waits
  expect(await end).toEqual({ code: 0, stdout: '', stderr: '' })
  const { code, stderr } = await secondEnd
  expect(code).toBe(1)
  expect(stderr).toMatch(/^note: another process is writing out\.jsonl\..*\nerror OUTPUT_EXISTS: .*\n$/)
  expect(parseLines(read('out.jsonl')).map(({ text }) => text)).toEqual(['knight'])
})

test('a field to keep that the first row lacks is noted', async () => {
  const { code, stdout, stderr } = await embed(
    ['--input-format', 'jsonl', '--keep', 'toString,id'],
    '{"text":"a","id":1}',
  )
  expect(code).toBe(0)
  expect(stderr).toMatch(/^note: stdin, line 1 has no "toString", which --keep names\. .*\n$/)
  expect(parseLines(stdout)[0]).toMatchObject({ toString: null, id: 1 })
})

describe('an interrupted run', () => {
  const many = Array.from({ length: 700 }, (_, index) => `${'windmill '.repeat(1 + (index % 9))}${index}`)
  const input = many.join('\n')

  /** Sends texts without an end, and a signal when some rows are in the file. */
  async function interrupt(name: string, signal: NodeJS.Signals) {
    const child = startCommand(['embed', '-o', name], { cwd: directory })
    const end = finished(child)
    child.stdin!.on('error', () => {})
    child.stdin!.write(input)
    await new Promise<void>((resolve) => {
      const watcher = watch(directory, () => {
        if (!existsSync(path(`${name}.part`)) || read(`${name}.part`).split('\n').length < 20) return
        watcher.close()
        resolve()
      })
    })
    child.kill(signal)
    return end
  }

  let complete: string
  beforeAll(async () => {
    complete = (await runCommand(['embed'], { cwd: tmpdir(), input })).stdout
  })

  test('a killed run goes on with its whole rows, and embeds none of them again', async () => {
    await interrupt('out.jsonl', 'SIGKILL')
    const rows = read('out.jsonl.part').split('\n').slice(0, -1)
    // A mark that only a row that is kept still has in the end.
    const marked = rows.map((row) => row.replace(/"embedding":\[[^,]+/, '"embedding":[7'))
    write('out.jsonl.part', `${marked.join('\n')}\n`)
    appendFileSync(path('out.jsonl.part'), '{"text":"windm') // a row that the kill cut off
    expect(await embed(['-o', 'out.jsonl'], input)).toEqual({ code: 0, stdout: '', stderr: '' })
    const found = read('out.jsonl').split('\n')
    expect(found.slice(0, rows.length)).toEqual(marked)
    expect(found.slice(rows.length)).toEqual(complete.split('\n').slice(rows.length))
  })

  test('Ctrl-C leaves whole rows, and says how to go on', async () => {
    const { code, stdout, stderr } = await interrupt('out.parquet', 'SIGINT')
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
    expect(stderr).toMatch(
      /^error INTERRUPTED: stopped: out\.parquet\.part keeps \d+ texts\. Run the same .*\n$/,
    )
    expect(complete.startsWith(read('out.parquet.part'))).toBe(true)
    expect(read('out.parquet.part')).toMatch(/\]}\n$/)
    expect(await embed(['-o', 'out.parquet'], input)).toEqual({ code: 0, stdout: '', stderr: '' })
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path('out.parquet')) })
    const wanted = parseLines(complete)
    expect(rows.map(({ text }) => text)).toEqual(many)
    expect(rows.map(({ embedding }) => toFloats(embedding))).toEqual(
      wanted.map((row) => toFloats(row.embedding)),
    )
  })

  describe('is not continued', () => {
    beforeEach(async () => {
      await embed(['-o', 'out.jsonl'], 'one\ntwo\n\0')
      expect(parseLines(read('out.jsonl.part'))).toHaveLength(2)
    })

    test.each<[with_: string, args: string[], input: string, reason: RegExp]>([
      ['other options', ['--max-length', '8'], 'one\ntwo\nthree', /maxLength was not given and is 8/],
      ['other texts', [], '1\ntwo\nthree', /row 1 differs/],
      ['fewer texts', [], 'one', /row 2 differs/],
    ])('with %s', async (_, args, input, reason) => {
      const before = read('out.jsonl.part')
      const { code, stderr } = await embed(['-o', 'out.jsonl', ...args], input)
      expect(code).toBe(1)
      expect(stderr).toMatch(/^error OUTPUT_EXISTS: .*--force.*\n$/)
      expect(stderr).toMatch(reason)
      expect(read('out.jsonl.part')).toBe(before)
    })

    test('with --force, which begins again', async () => {
      expect(await embed(['-o', 'out.jsonl', '--force'], 'new')).toEqual({ code: 0, stdout: '', stderr: '' })
      expect(parseLines(read('out.jsonl')).map(({ text }) => text)).toEqual(['new'])
    })
  })
})
