import { describe, expect, test } from 'vitest'
import { bertGraph } from '../../../src/model/onnx/bert-graph.js'
import { bertProbeGraph, bertProbeInputs } from '../../../src/model/onnx/bert-probe.js'
import { poolingWeights } from '../../../src/tensor/pooling-weights.js'
import { largestDifference, tolerance } from '../../support/fixtures.js'
import { loadParts, openGraph } from './open-graph.js'

describe('the BERT graph', () => {
  test.each(['bert-small-untrained', 'tiny-odd-heads', 'tiny-bf16'])(
    'of %s gives the same for every device, whatever operators it is made of, and in its probe',
    async (name) => {
      const parts = await loadParts(name)
      const probeInputs = bertProbeInputs(parts.config)
      const inputs = {
        ...probeInputs,
        pooling_weights: poolingWeights(probeInputs.attention_mask!, ['mean']),
      }
      const outputs: Float32Array[] = []
      for (const { graph, device, feeds } of [
        { graph: bertGraph, device: 'cpu', feeds: inputs },
        { graph: bertGraph, device: 'webgpu', feeds: inputs },
        { graph: bertProbeGraph, device: 'cpu', feeds: probeInputs },
        { graph: bertProbeGraph, device: 'webgpu', feeds: probeInputs },
      ]) {
        const session = await openGraph(parts, { graph, device })
        const { last_hidden_state: tensor } = await session.run(feeds, ['last_hidden_state'])
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
