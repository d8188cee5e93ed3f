/** Prints a score and its text in one line. */

import process from 'node:process'
import { colorsOf } from './colors.node.js'

/** On a terminal, a text that is longer than the line is cut. */
export function toScoreLine(score: number, text: string): string {
  const number = score.toFixed(4).padStart(7)
  const line = text.replace(/\s+/g, ' ').trim()
  const { columns = Number.POSITIVE_INFINITY, isTTY } = process.stdout
  const room = isTTY ? Math.max(columns - number.length - 2, 20) : Number.POSITIVE_INFINITY
  return `${colorsOf(process.stdout).bold(number)}  ${line.length > room ? `${line.slice(0, room - 1)}…` : line}\n`
}
