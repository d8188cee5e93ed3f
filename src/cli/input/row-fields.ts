/** Picks the text and the kept fields out of a row of the input. */

import { CommandError } from '../command-error.js'
import type { FieldNames } from './input-row.js'

/**
 * @param place Where the row is, for the error message.
 * @throws {CommandError} `INVALID_INPUT` for a row without the field, or whose field is not a text.
 */
export function pickFields(
  row: Readonly<Record<string, unknown>>,
  { field, keep }: FieldNames,
  place: string,
): { readonly text: string; readonly fields: Readonly<Record<string, unknown>> } {
  const text = readField(row, field)
  if (typeof text !== 'string')
    throw new CommandError(
      'INVALID_INPUT',
      Object.hasOwn(row, field)
        ? `${place}: the field ${JSON.stringify(field)} is ${nameOfType(text)}, not a text.`
        : `${place} has no field ${JSON.stringify(field)}. ${adviseField(Object.keys(row))}`,
    )
  return { text, fields: Object.fromEntries(keep.map((name) => [name, readField(row, name) ?? null])) }
}

/** `undefined` for names that every object has, such as `toString`. */
function readField(row: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(row, name) ? row[name] : undefined
}

/** @throws {CommandError} `INVALID_INPUT` if the input lacks a column, or has two of its name. */
export function checkColumns(columns: readonly string[], name: string, { field, keep }: FieldNames): void {
  const double = [field, ...keep].find((column) => columns.indexOf(column) !== columns.lastIndexOf(column))
  if (double !== undefined)
    throw new CommandError(
      'INVALID_INPUT',
      `${name} has several columns ${JSON.stringify(double)}: rename all but one.`,
    )
  const missing = [field, ...keep].find((column) => !columns.includes(column))
  if (missing === undefined) return
  const advice = missing === field ? adviseField(columns) : `It has ${list(columns)}.`
  throw new CommandError('INVALID_INPUT', `${name} has no column ${JSON.stringify(missing)}. ${advice}`)
}

/** @param names The fields that the input has. */
function adviseField(names: readonly string[]): string {
  if (names.length === 0) return 'It has no field at all.'
  return `Name the field with the text by --field: it has ${list(names)}.`
}

/** Says which kept fields a row lacks: a typing error would make a column without any value. */
export function missingFieldsNote(
  row: Readonly<Record<string, unknown>>,
  { keep }: FieldNames,
  place: string,
): string | undefined {
  const missing = keep.filter((name) => !Object.hasOwn(row, name))
  if (missing.length === 0) return undefined
  return `${place} has no ${list(missing)}, which --keep names. It has ${list(Object.keys(row))}. A missing field becomes null.`
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => JSON.stringify(name))
  return `${shown.join(', ')}${names.length > 8 ? ', ...' : ''}`
}

function nameOfType(value: unknown): string {
  if (value === null || value === undefined) return 'empty'
  return Array.isArray(value) ? 'a list' : `of type ${typeof value}`
}
