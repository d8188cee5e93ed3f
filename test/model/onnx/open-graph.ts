/** A graph of a recorded checkpoint, running in onnxruntime-node. */

import type { BackendSession } from '../../../src/backends/backend.js'
import { nodeBackend } from '../../../src/backends/ort/ort.node.js'
import { loadWeightsAs, type WeightsAsOptions } from '../../../src/loading/load-weights-as.js'
import { parseEncoder } from '../../../src/model/architectures/parse-encoder.js'
import type { EncoderGraphOptions } from '../../../src/model/onnx/encoder-graph.js'
import { encodeModel, type ModelProto } from '../../../src/model/onnx/onnx-proto.js'
import { directorySource } from '../../../src/sources/directory.node.js'
import { readJson } from '../../../src/sources/model-source.js'
import { checkpointPath } from '../../support/fixtures.js'

/** The encoder and the weights of a checkpoint, and the files these lie in. */
export async function loadParts(name: string, options: Omit<WeightsAsOptions, 'encoder'> = {}) {
  const source = directorySource(checkpointPath(name))
  const encoder = await parseEncoder(await readJson(source, 'config.json'))
  return { encoder, ...(await loadWeightsAs(source, { ...options, encoder })) }
}

/** Runs a kind of graph for a device on the CPU, whatever the device. */
export function openGraph(
  { files, ...parts }: Awaited<ReturnType<typeof loadParts>>,
  { graph, device }: { graph: (options: EncoderGraphOptions) => ModelProto; device: string },
): Promise<BackendSession> {
  return nodeBackend().createSession({
    files,
    encode: (locate) => encodeModel(graph({ ...parts, locate, device })),
  })
}
