/** The type of `engine.wasm`: the compiled kernels, which the build writes (tsup.config.ts). */

declare const kernels: object

// biome-ignore lint/style/noDefaultExport: Workers import a WebAssembly module as the default export.
export default kernels
