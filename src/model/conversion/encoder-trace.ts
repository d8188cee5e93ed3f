/** Finds the parameters and LayerNorms of an encoder with blocks that record them, so that no architecture lists them. */

import type { Encoder } from '../encoder.js'
import type { EncoderBlocks } from '../encoder-blocks.js'

export interface EncoderParameter {
  readonly shape: readonly number[]
  /**
   * A `matrix` is a factor of a product, rows of a `table` are looked up, and a `float` is small or has to be exact.
   */
  readonly role: 'matrix' | 'table' | 'float'
}

export interface EncoderTrace extends Pick<Encoder, 'prefix'> {
  /** Parameters of the encoder by name. Matrices have PyTorch's shape: [to, from]. */
  readonly parameters: ReadonlyMap<string, EncoderParameter>
  /** LayerNorms by the names of their modules. */
  readonly norms: ReadonlyMap<string, TracedNorm>
}

export interface TracedNorm {
  readonly width: number
  readonly hasBias: boolean
  /** The rows that it normalises. */
  readonly input: Term
  /** Names of the matrices that multiply only its output. */
  readonly matrices: readonly string[]
}

/** Where the rows of a value come from. */
export type Term =
  /** Rows of a parameter, such as those of words or positions. */
  | { readonly type: 'rows'; readonly parameter: string }
  /** The product with a matrix. */
  | { readonly type: 'product'; readonly bias: string | undefined }
  | { readonly type: 'norm'; readonly norm: string }
  | { readonly type: 'sum'; readonly terms: readonly Term[] }
  | { readonly type: 'unknown' }

const unknown: Term = { type: 'unknown' }

export function traceEncoder(encoder: Encoder): EncoderTrace {
  /** Tables that are not quantised. They come first in the trace; the embeddings among them from last to first. */
  const exactTables: [name: string, EncoderParameter][] = []
  /** All other parameters, in the order of the blocks. */
  const others = new Map<string, EncoderParameter>()
  const add = (role: EncoderParameter['role'], name: string, shape: readonly number[]) => {
    others.set(name, { shape, role })
    return name
  }
  const norms = new Map<string, Omit<TracedNorm, 'matrices'>>()
  /** For each matrix, the LayerNorms whose output it multiplies; `undefined` stands for other rows. */
  const readBy = new Map<string, Set<string | undefined>>()

  const blocks: EncoderBlocks<Term> = {
    embeddings: (tables, width) =>
      tables
        .map(({ name, rows, index }): Term => {
          const parameter = `${name}.weight`
          const shape = [rows, width]
          if (index === 'word' || index === 'tokenType') add('table', parameter, shape)
          else exactTables.unshift([parameter, { shape, role: 'float' }])
          return { type: 'rows', parameter }
        })
        .reduce(sumOf),
    linear(name, x, { from, to, bias: hasBias = true, residual }) {
      const matrix = add('matrix', `${name}.weight`, [to, from])
      const norm = x.type === 'norm' ? x.norm : undefined
      readBy.set(matrix, (readBy.get(matrix) ?? new Set()).add(norm))
      const bias = hasBias ? add('float', `${name}.bias`, [to]) : undefined
      const product: Term = { type: 'product', bias }
      return residual === undefined ? product : sumOf(product, residual)
    },
    layerNorm(name, input, { width, bias: hasBias = true }) {
      add('float', `${name}.weight`, [width])
      if (hasBias) add('float', `${name}.bias`, [width])
      if (!norms.has(name)) norms.set(name, { width, hasBias, input })
      return { type: 'norm', norm: name }
    },
    add: sumOf,
    activation: () => unknown,
    multiply: () => unknown,
    splitColumns: (_x, { parts }) => new Array<Term>(parts).fill(unknown),
    rotate: () => unknown,
    attention(_rows, { heads, relativeBias }) {
      if (relativeBias)
        exactTables.push([relativeBias.name, { shape: [relativeBias.rows, heads], role: 'float' }])
      return unknown
    },
  }
  encoder.lastHiddenState(blocks, encoder)

  const matricesOf = (norm: string) =>
    [...readBy].filter(([, read]) => read.size === 1 && read.has(norm)).map(([matrix]) => matrix)
  return {
    prefix: encoder.prefix,
    parameters: new Map([...exactTables, ...others]),
    norms: new Map(
      Array.from(norms, ([name, norm]) => [name, { ...norm, matrices: matricesOf(name) }] as const),
    ),
  }
}

function sumOf(a: Term, b: Term): Term {
  return { type: 'sum', terms: [a, b] }
}
