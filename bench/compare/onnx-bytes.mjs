/** Writes small ONNX models. Field numbers are from onnx.proto3. */

/** Returns the bytes of a model with one input and one output, with operators of ONNX and ONNX Runtime. */
export function model({ nodes, initializers, input, output }) {
  const graph = [
    ...nodes.map((one) => field(1, one)),
    field(2, 'bench'),
    ...initializers.map((one) => field(5, one)),
    field(11, input),
    field(12, output),
  ]
  const operators = [message(field(2, 17)), message(field(1, microsoft), field(2, 1))]
  return message(
    field(1, 8 /* ir_version */),
    field(7, message(...graph)),
    ...operators.map((one) => field(8, one)),
  )
}

export const dataTypes = { Float32Array: 1, Uint8Array: 2, Int8Array: 3, BigInt64Array: 7 }

/** Domain of ONNX Runtime's contrib operators. */
export const microsoft = 'com.microsoft'

/** An operator with one output and whole numbers as attributes. An omitted input is ''. */
export function node(operator, inputs, { output, attributes = {}, domain = '' }) {
  const written = Object.entries(attributes).map(([name, value]) =>
    message(field(1, name), field(3, value), field(20, 2 /* INT */)),
  )
  return message(
    ...inputs.map((input) => field(1, input)),
    field(2, output),
    field(4, operator),
    ...written.map((attribute) => field(5, attribute)),
    field(7, domain),
  )
}

/**
 * The first row of `input`, which is the output of these models instead of a whole product. The memory of an output is
 * allocated in every run, which takes longer than the multiplications if it is large. Needs the initializer {@link firstRowIndex}.
 */
export function firstRow(input, output) {
  return node('Gather', [input, 'first row'], { output })
}

export function initializer(name, shape, values) {
  const sizes = shape.map((size) => field(1, size))
  const bytes = Buffer.from(values.buffer)
  return message(...sizes, field(2, dataTypeOf(values)), field(8, name), field(9, bytes))
}

export const firstRowIndex = initializer('first row', [1], BigInt64Array.of(0n))

/** A name in the shape is a dimension that is known only at runtime. */
export function valueInfo(name, shape, dataType = dataTypes.Float32Array) {
  const sizes = shape.map((size) => field(1, message(field(typeof size === 'string' ? 2 : 1, size))))
  const tensor = message(field(1, dataType), field(2, message(...sizes)))
  return message(field(1, name), field(2, message(field(1, tensor))))
}

function dataTypeOf(values) {
  return dataTypes[values.constructor.name]
}

function message(...fields) {
  return Buffer.concat(fields)
}

/** Encodes a number as a varint, and anything else as its length and its bytes. */
function field(number, value) {
  if (typeof value === 'number') return Buffer.concat([varint(number << 3), varint(value)])
  const bytes = Buffer.from(value)
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.byteLength), bytes])
}

function varint(value) {
  const bytes = []
  for (; value > 0x7f; value = Math.floor(value / 0x80)) bytes.push((value & 0x7f) | 0x80)
  return Buffer.from([...bytes, value])
}
