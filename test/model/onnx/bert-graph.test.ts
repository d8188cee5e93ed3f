import { describe, expect, test } from 'vitest'
import { nodeBackend } from '../../../src/backends/ort.node.js'
import { loadWeights } from '../../../src/load-weights.js'
import { parseBertConfig } from '../../../src/model/bert-config.js'
import { bertGraph } from '../../../src/model/onnx/bert-graph.js'
import { bertProbeGraph, bertProbeInputs } from '../../../src/model/onnx/bert-probe.js'
import { encodeModel } from '../../../src/model/onnx/onnx-proto.js'
import { directorySource } from '../../../src/sources/directory.node.js'
import { readJson } from '../../../src/sources/model-source.js'
import { checkpointPath, largestDifference, tolerance } from '../../support/fixtures.js'

async function loadParts(name: string) {
  const source = directorySource(checkpointPath(name))
  return {
    config: parseBertConfig(await readJson(source, 'config.json')),
    ...(await loadWeights(source, {})),
  }
}

describe('the BERT graph', () => {
  test.each(['bert-small-untrained', 'tiny-odd-heads', 'tiny-bf16'])(
    'of %s gives the same for every device, whatever operators it is made of, and in its probe',
    async (name) => {
      const { config, files, weights } = await loadParts(name)
      const inputs = bertProbeInputs(config)
      const graphs = [
        { graph: bertGraph, device: 'cpu' },
        { graph: bertGraph, device: 'webgpu' },
        { graph: bertProbeGraph, device: 'cpu' },
        { graph: bertProbeGraph, device: 'webgpu' },
      ]
      const outputs: Float32Array[] = []
      for (const { graph, device } of graphs) {
        const encode = (locate: (file: string) => string) =>
          encodeModel(graph({ config, weights, locate, device }))
        const session = await nodeBackend().createSession({ files, encode })
        const { last_hidden_state: tensor } = await session.run(inputs, ['last_hidden_state'])
        outputs.push(tensor.data as Float32Array)
        await session.dispose()
      }
      const [fused, plain, fusedProbe, plainProbe] = outputs as [
        Float32Array,
        Float32Array,
        Float32Array,
        Float32Array,
      ]
      expect(largestDifference(plain, fused)).toBeLessThan(tolerance)
      expect(largestDifference(plainProbe, fusedProbe)).toBeLessThan(tolerance)
      // The probe is one layer: another function than the model, unless that has one layer too.
      expect(largestDifference(fusedProbe, fused)).toBeGreaterThan(0.01)
    },
  )
})
