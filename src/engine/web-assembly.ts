/** The parts of WebAssembly's JavaScript interface that the engine uses. TypeScript declares them for the DOM only. */

export interface Memory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer
  grow(pages: number): number
}

/** A compiled module. It can be posted to other threads. */
export type CompiledModule = object

interface WebAssemblyGlobal {
  readonly Memory: new (limits: { initial: number; maximum: number; shared: boolean }) => Memory
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => CompiledModule
  readonly Instance: new (
    module: CompiledModule,
    imports: { readonly env: { readonly memory: Memory } },
  ) => { readonly exports: unknown }
  compile(bytes: Uint8Array<ArrayBuffer>): Promise<CompiledModule>
  validate(bytes: Uint8Array<ArrayBuffer>): boolean
}

export const webAssembly = (): WebAssemblyGlobal =>
  (globalThis as unknown as { WebAssembly: WebAssemblyGlobal }).WebAssembly
