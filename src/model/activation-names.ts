/** The names of activation functions in `config.json`. */

/** Names in Hugging Face's `ACT2FN`. Several names are one function there too. */
export const activationNames = [
  'gelu',
  'gelu_python',
  'gelu_10',
  'gelu_new',
  'gelu_fast',
  'gelu_accurate',
  'gelu_pytorch_tanh',
  'gelu_python_tanh',
  'quick_gelu',
  'relu',
  'relu2',
  'relu6',
  'leaky_relu',
  'silu',
  'swish',
  'mish',
  'tanh',
  'sigmoid',
  'linear',
] as const

/** Name of an activation function in Hugging Face's `ACT2FN`. */
export type HiddenAct = (typeof activationNames)[number]
