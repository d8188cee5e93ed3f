/** Opens graphs of recorded checkpoints in onnxruntime-node. */

import type { BackendSession } from '../../../src/backends/backend.js'
import { nodeBackend } from '../../../src/backends/ort/ort.node.js'
import { type LoadWeightsOptions, loadWeights } from '../../../src/loading/weights/load-weights.js'
import { parseEncoder } from '../../../src/model/architectures/parse-encoder.js'
import type { EncoderGraphOptions } from '../../../src/model/onnx/encoder-graph.js'
import { type ModelProto, modelToBytes } from '../../../src/model/onnx/onnx-proto.js'
import { convertedLayers } from '../../../src/model/onnx/quantized-layers.js'
import { directorySource } from '../../../src/sources/directory.node.js'
import { readJson } from '../../../src/sources/model-source.js'
import { checkpointPath } from '../../support/fixtures.js'

/** Loads the encoder and the weights of a checkpoint. */
export async function loadParts(name: string, options: Omit<LoadWeightsOptions, 'encoder'> = {}) {
  const source = directorySource(checkpointPath(name))
  const encoder = await parseEncoder(await readJson(source, 'config.json'))
  return { encoder, ...(await loadWeights(source, { ...options, encoder })) }
}

/** Opens a kind of graph, with the operators for any device, on the CPU. */
export function openGraph(
  { files, dtype, ...parts }: Awaited<ReturnType<typeof loadParts>>,
  { graph, device }: { graph: (options: EncoderGraphOptions) => ModelProto; device: string },
): Promise<BackendSession> {
  const layersOf = dtype === undefined || dtype === 'q8-rows' ? undefined : convertedLayers[dtype]
  return nodeBackend().createSession({
    files,
    toBytes: (locate) => modelToBytes(graph({ ...parts, layersOf, locate, device })),
  })
}
