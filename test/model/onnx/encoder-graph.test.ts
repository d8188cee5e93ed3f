import { describe, expect, test } from 'vitest'
import { encoderGraph } from '../../../src/model/onnx/encoder-graph.js'
import { encoderProbeGraph, encoderProbeInputs } from '../../../src/model/onnx/encoder-probe.js'
import { poolingWeights } from '../../../src/tensor/pooling-weights.js'
import { distinctCheckpoints, largestDifference, tolerance } from '../../support/fixtures.js'
import { loadParts, openGraph } from './open-graph.js'

const untrained = distinctCheckpoints.filter((name) => name.endsWith('-untrained'))

describe('the graph', () => {
  test.each([...untrained, 'tiny-odd-heads', 'tiny-bf16'])(
    'the graph and the probe of %s compute the same with the operators of every device',
    async (name) => {
      const parts = await loadParts(name)
      const probeInputs = encoderProbeInputs(parts.encoder)
      const inputs = {
        ...probeInputs,
        pooling_weights: poolingWeights(probeInputs.attention_mask!, ['mean']),
      }
      const outputs: Float32Array[] = []
      for (const { graph, device, feeds } of [
        { graph: encoderGraph, device: 'cpu', feeds: inputs },
        { graph: encoderGraph, device: 'webgpu', feeds: inputs },
        { graph: encoderProbeGraph, device: 'cpu', feeds: probeInputs },
        { graph: encoderProbeGraph, device: 'webgpu', feeds: probeInputs },
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
      // The probe has fewer layers, so its output differs, unless the model has as few.
      if (parts.encoder.numHiddenLayers > parts.encoder.probeLayers)
        expect(largestDifference(fusedProbe, fused)).toBeGreaterThan(0.01)
    },
  )
})
