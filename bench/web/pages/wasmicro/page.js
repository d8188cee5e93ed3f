/** wasmicro in a page: the checkpoint's safetensors in WebAssembly, fp32, one thread. BERT models only. */

import { offerSystem } from '../offer-system.js'

// Built by hand, because the package is not on npm. The benchmark serves its folder.
const wasmicro = '/wasmicro/wasmicro.js'

let pipeline

offerSystem({
  async load() {
    const { default: init, WasmPipeline } = await import(/* @vite-ignore */ wasmicro)
    const [, weights, vocabulary, config] = await Promise.all([
      init(),
      fetchBytes('/model/model.safetensors'),
      fetchBytes('/model/vocab.txt'),
      fetchBytes('/model/config.json'),
    ])
    pipeline = WasmPipeline.fromBytes(weights, vocabulary, new TextDecoder().decode(config), undefined)
  },
  // The vectors are mean-pooled, but their length is not 1.
  embed: async (texts) => texts.map((text) => pipeline.embed(text, 512)),
})

async function fetchBytes(url) {
  return new Uint8Array(await (await fetch(url)).arrayBuffer())
}
