/** Makes the ONNX model of an encoder whose safetensors the library reads. Imported on demand. */

import type { Device, OnnxModel } from '../../backends/backend.js'
import type { Encoder } from '../../model/encoder.js'
import { traitsOf } from '../../model/onnx/device-traits.js'
import { encoderGraph } from '../../model/onnx/encoder-graph.js'
import { encoderProbeGraph, encoderProbeInputs } from '../../model/onnx/encoder-probe.js'
import { floatLayers } from '../../model/onnx/linear-layers.js'
import { modelToBytes } from '../../model/onnx/onnx-proto.js'
import { convertedLayers } from '../../model/onnx/quantized-layers.js'
import type { LoadedWeights } from '../weights/published-weights.js'

export interface GraphOptions {
  readonly device: Device | undefined
  /** Whether a caller needs the maximum over the tokens. */
  readonly maxPooling: boolean
}

export function ownGraphModel(
  encoder: Encoder,
  { files, weights, dtype }: LoadedWeights,
  { device, maxPooling }: GraphOptions,
): OnnxModel {
  const layersOf = dtype === undefined || dtype === 'q8-rows' ? floatLayers : convertedLayers[dtype]
  const graph = { encoder, weights, layersOf, maxPooling }
  return {
    files,
    toBytes: (locate, device) => modelToBytes(encoderGraph({ ...graph, locate, device })),
    probe: traitsOf(device).needsProbe
      ? {
          inputs: encoderProbeInputs(encoder),
          toBytes: (locate, device) => modelToBytes(encoderProbeGraph({ ...graph, locate, device })),
        }
      : undefined,
  }
}
