/** Passes ONNX Runtime the WebAssembly module that was compiled at deployment, because workerd compiles none at runtime. */

import { env } from 'onnxruntime-web/wasm'
import compiled from './ort.wasm'

// With `wasmBinary`, ONNX Runtime does not look for a URL. The bytes do not matter: they are never compiled.
env.wasm.wasmBinary = new Uint8Array(1)

const { instantiate } = WebAssembly
WebAssembly.instantiate = async (source, imports) =>
  source instanceof WebAssembly.Module
    ? instantiate(source, imports)
    : { module: compiled, instance: await instantiate(compiled, imports) }
