/** What all adapters share: their options, and the checks of their arguments. */

import { wrongKind } from '../checks/check-options.js'
import type { Embedder, EmbedOptions } from '../embedder/embedder-types.js'
import { ArgumentTypeError } from '../errors.js'

/** Options of every call that the framework makes. The framework itself passes texts and signals. */
export type AdapterOptions = Omit<EmbedOptions, 'precision' | 'ranges' | 'signal' | 'onProgress'>

/** For frameworks that need the number of a vector's values in advance: pooling is an option of the embedder. */
export type FixedWidthOptions = Omit<AdapterOptions, 'pooling'>

/** The options of `embed` that adapters do not take. One that is missing here does not compile. */
const excluded: Readonly<Record<Exclude<keyof EmbedOptions, keyof AdapterOptions>, true>> = {
  precision: true,
  ranges: true,
  signal: true,
  onProgress: true,
}

/**
 * Refuses what the types exclude, but JavaScript and stored configs may pass: with `precision`, a framework would take
 * packed bits for a vector. The embedder checks the other options at each call.
 *
 * @param place What takes the options, for the message.
 * @throws {ArgumentTypeError} `INVALID_OPTION`
 */
export function checkAdapterOptions(place: string, options: AdapterOptions): void {
  refuse(place, options, Object.keys(excluded), 'call the embedder itself with it')
}

/** @throws {ArgumentTypeError} `INVALID_OPTION` */
export function checkFixedWidthOptions(place: string, options: FixedWidthOptions): void {
  checkAdapterOptions(place, options)
  refuse(place, options, ['pooling'], 'pass it to createEmbedder')
}

function refuse(place: string, options: object, names: readonly string[], advice: string): void {
  for (const [name, value] of Object.entries(options))
    if (value !== undefined && names.includes(name))
      throw new ArgumentTypeError('INVALID_OPTION', `${place} has no option ${name}: ${advice}.`)
}

/** Returns the number of a vector's values. As in `embed`, a larger `truncateDim` keeps all. */
export function widthOf({ dimension }: Embedder, { truncateDim }: FixedWidthOptions): number {
  return Math.min(truncateDim ?? dimension, dimension)
}

/**
 * @param place What the embedder is, for the message.
 * @throws {ArgumentTypeError} `INVALID_OPTION` if the value is not an embedder, but for example the promise of one.
 */
export function checkEmbedder(place: string, embedder: Embedder): void {
  if (typeof embedder?.embedQuery !== 'function')
    throw wrongKind(place, embedder, 'an embedder, which await createEmbedder(…) returns')
}
