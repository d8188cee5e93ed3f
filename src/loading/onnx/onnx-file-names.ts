/** The names of ONNX files that transformers.js, sentence-transformers, optimum and fastembed use. */

import type { Dtype } from '../../model/dtypes.js'

/**
 * The names of each dtype's files, the best first. The best 8-bit files are those whose kernels most processors
 * support. A file may be in `onnx/` or next to config.json.
 */
const namesOfDtype: Readonly<Record<Dtype, readonly string[]>> = {
  fp32: ['model', 'model_optimized', 'model_fp32', 'model_O3', 'model_O2', 'model_O1'],
  fp16: ['model_fp16', 'model_float16', 'model_optimized_fp16', 'model_O4'],
  q8: [
    'model_quantized',
    'model_q8',
    'model_int8',
    'model_optimized_quantized',
    'model_quant',
    'model_qint8_avx512_vnni',
    'model_qint8_avx512',
    'model_quint8_avx2',
    'model_qint8_arm64',
    'model_uint8',
  ],
  q4: ['model_q4', 'model_int4', 'model_q4f16', 'model_bnb4'],
}

const dtypes = Object.keys(namesOfDtype) as Dtype[]

/** The paths to try for a dtype or, without one, for all dtypes, fp32 first. */
export function onnxPaths(dtype: Dtype | undefined): readonly string[] {
  const names = dtypes.filter((each) => each === (dtype ?? each)).flatMap((each) => namesOfDtype[each])
  return names.flatMap((name) => [`onnx/${name}.onnx`, `${name}.onnx`])
}

/** The dtype whose file has this path, if any. */
export function dtypeOfPath(path: string): Dtype | undefined {
  return dtypes.find((dtype) => onnxPaths(dtype).includes(path))
}
