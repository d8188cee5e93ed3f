/** Weights whose matrices are quantised when they are read: int8 with a scale for each row. */

const isMatrix = (name, shape) =>
  shape.length === 2 && name.endsWith('.weight') && !name.endsWith('relative_attention_bias.weight')

/** @param readFile Reads bytes of a file. Matrices of float32 only. */
export function quantizedWeights(weights, readFile) {
  const read = async (file, start, end) => {
    const [kind, name] = file.split(':')
    if (kind !== 'int8' && kind !== 'scales') return readFile(file, start, end)
    const { values, scales } = quantize(await readMatrix(matrices.get(name)), matrices.get(name).shape)
    return new Uint8Array((kind === 'int8' ? values : scales).buffer).slice(start, end)
  }
  const matrices = new Map()
  const readMatrix = async ({ file, byteOffset, byteLength }) => {
    const bytes = await readFile(file, byteOffset, byteOffset + byteLength)
    return new Float32Array(bytes.slice().buffer)
  }
  return {
    read,
    weights: {
      has: (name) => weights.has(name),
      get(name, shape) {
        if (name.endsWith('.scale')) {
          const matrix = name.slice(0, -'.scale'.length)
          const [rows] = shape
          return { name, file: `scales:${matrix}`, dtype: 'F32', shape, byteOffset: 0, byteLength: 4 * rows }
        }
        const tensor = weights.get(name, shape)
        if (!isMatrix(name, shape)) return tensor
        matrices.set(name, tensor)
        return {
          ...tensor,
          file: `int8:${name}`,
          dtype: 'I8',
          byteOffset: 0,
          byteLength: shape[0] * shape[1],
        }
      },
    },
  }
}

function quantize(matrix, [rows, width]) {
  const values = new Int8Array(rows * width)
  const scales = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    const numbers = matrix.subarray(row * width, (row + 1) * width)
    const max = numbers.reduce((most, number) => Math.max(most, Math.abs(number)), 0)
    scales[row] = max / 127
    values.set(
      numbers.map((number) => Math.round((number / max) * 127)),
      row * width,
    )
  }
  return { values, scales }
}
