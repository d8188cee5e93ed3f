/** Parts of a projection that holds several beside each other, as the architectures that fuse their matrices have it. */

import type { EncoderBlocks } from '../onnx/encoder-blocks.js'
import type { Value } from '../onnx/graph-builder.js'

/** (rows, width * parts) -> that many of (rows, width). */
export function columns(
  { graph }: EncoderBlocks,
  x: Value,
  { width, parts }: { readonly width: number; readonly parts: number },
): Value[] {
  return Array.from({ length: parts }, (_, part) => {
    const [start, end] = [part * width, (part + 1) * width]
    return graph.op('Slice', [x, graph.ints([start]), graph.ints([end]), graph.ints([1])])
  })
}
