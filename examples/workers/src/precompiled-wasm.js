/** workerd compiles no WebAssembly at run time: ONNX Runtime gets the module that was compiled at deployment. */

import { env } from 'onnxruntime-web/wasm'
import compiled from './ort.wasm'

// With bytes of its own, ONNX Runtime looks for no URL. Which bytes does not matter: they are never compiled.
env.wasm.wasmBinary = new Uint8Array(1)

const { instantiate } = WebAssembly
WebAssembly.instantiate = async (source, imports) =>
  source instanceof WebAssembly.Module
    ? instantiate(source, imports)
    : { module: compiled, instance: await instantiate(compiled, imports) }
