/** Encodes functions as a WebAssembly module that imports its memory. */

import {
  type Code,
  type Expression,
  type I32,
  type Int,
  i32,
  int,
  type Local,
  local,
  signedLeb,
  unsignedLeb,
  type V128,
  type ValueType,
} from './code.js'

/** The types of a function's parameters, by name. */
export type Parameters = Readonly<Record<string, ValueType>>

type LocalsOf<P extends Parameters> = { readonly [Name in keyof P]: Local<P[Name]> }
export type ArgumentsOf<P extends Parameters> = {
  readonly [Name in keyof P]: P[Name] extends 'i32' ? Int : Expression<P[Name]>
}

/** Declares local variables of a function. */
export interface Scope {
  i32(): Local<'i32'>
  f32(): Local<'f32'>
  v128(): Local<'v128'>
  /**
   * A vector that is set once, when the function starts. Written where it is used, V8 would make it anew in each turn of a
   * loop, with five instructions: softmax took twice as long.
   */
  constant(value: V128): V128
}

export interface WasmFunction<P extends Parameters> {
  readonly index: number
  readonly parameters: P
  /** Code that calls the function. */
  call(args: ArgumentsOf<P>): Code
}

export interface MemoryLimits {
  readonly minPages: number
  readonly maxPages: number
  readonly isShared: boolean
}

export interface ModuleBuilder {
  /** Adds a function without results, and exports it if it has a name. */
  define<P extends Parameters>(
    parameters: P,
    body: (parameters: LocalsOf<P>, scope: Scope) => Code,
    exportName?: string,
  ): WasmFunction<P>
  /** The bytes of the module. Its memory is imported as `env.memory`. */
  encode(memory: MemoryLimits): Uint8Array<ArrayBuffer>
}

interface Definition {
  readonly parameters: readonly ValueType[]
  readonly locals: readonly ValueType[]
  readonly code: Code
  readonly exportName: string | undefined
}

const typeBytes: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, v128: 0x7b }

export function createModule(): ModuleBuilder {
  const definitions: Definition[] = []
  return {
    define(parameters, body, exportName) {
      const names = Object.keys(parameters)
      const types = Object.values(parameters)
      const locals: ValueType[] = []
      const declare = <T extends ValueType>(type: T) => {
        locals.push(type)
        return local(type, types.length + locals.length - 1)
      }
      const constants: Code[] = []
      const scope: Scope = {
        i32: () => declare('i32'),
        f32: () => declare('f32'),
        v128: () => declare('v128'),
        constant(value) {
          const constant = declare('v128')
          constants.push(constant.set(value))
          return constant
        },
      }
      const params = Object.fromEntries(names.map((name, index) => [name, local(types[index]!, index)]))
      const code = [constants, body(params as LocalsOf<typeof parameters>, scope)]
      const index = definitions.push({ parameters: types, locals, code, exportName }) - 1
      return {
        index,
        parameters,
        call: (args) => [argumentsOf(parameters, args), 0x10, unsignedLeb(index)],
      }
    },
    encode: (memory) => encodeModule(definitions, memory),
  }
}

/** Calls the function at a position: functions[position]. The last one is called for all positions that do not exist. */
export function callAt<P extends Parameters>(
  functions: readonly WasmFunction<P>[],
  position: I32,
  args: ArgumentsOf<P>,
): Code {
  // The arguments are on the stack when the position is compared. Each block takes them, like the functions.
  const calls = functions.reduceRight<Code>((otherwise, { index }, at) => {
    const callThis = [0x10, unsignedLeb(index)]
    if (at === functions.length - 1) return callThis
    return [i32.equal(position, at).code, 0x04, signedLeb(index), callThis, 0x05, otherwise, 0x0b]
  }, [])
  return [argumentsOf(functions[0]!.parameters, args), calls]
}

function argumentsOf<P extends Parameters>(parameters: P, args: ArgumentsOf<P>): Code {
  return Object.keys(parameters).map((name) => {
    const value: Expression<ValueType> | number = args[name]!
    return typeof value === 'number' ? int(value).code : value.code
  })
}

/** https://webassembly.github.io/spec/core/binary/modules.html */
function encodeModule(definitions: readonly Definition[], memory: MemoryLimits): Uint8Array<ArrayBuffer> {
  const magic = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  const types = definitions.map(({ parameters }) => [
    0x60,
    list(parameters.map((type) => typeBytes[type])),
    0,
  ])
  const limits = [memory.isShared ? 3 : 1, ...unsignedLeb(memory.minPages), ...unsignedLeb(memory.maxPages)]
  const imports = [[text('env'), text('memory'), 2, limits]]
  const exports = definitions.flatMap(({ exportName }, index) =>
    exportName === undefined ? [] : [[text(exportName), 0, ...unsignedLeb(index)]],
  )
  const bodies = definitions.map(({ locals, code }) => {
    const declarations = locals.map((type) => [1, typeBytes[type]])
    return sized([list(declarations), code, 0x0b])
  })
  return Uint8Array.from(
    flatten([
      magic,
      section(1, list(types)),
      section(2, list(imports)),
      section(3, list(definitions.map((_, index) => unsignedLeb(index)))),
      section(7, list(exports)),
      section(10, list(bodies)),
    ]),
  )
}

function list(items: Code): Code {
  return [...unsignedLeb(items.length), items]
}

function text(content: string): Code {
  return list([...new TextEncoder().encode(content)])
}

function section(id: number, content: Code): Code {
  return [id, sized(content)]
}

function sized(content: Code): Code {
  const bytes = flatten(content)
  return [...unsignedLeb(bytes.length), bytes]
}

/** The engine's function is several times as fast as a loop that runs for the first time. */
function flatten(code: Code): number[] {
  return (code as readonly unknown[]).flat(Number.POSITIVE_INFINITY) as number[]
}
