/** The number formats of weights that callers choose from. */

/** `q4` exists only as an ONNX file of the model's repository. */
export const dtypes = ['fp32', 'fp16', 'q8', 'q4'] as const

/** Number format of weights. */
export type Dtype = (typeof dtypes)[number]
