/** Names of the activation functions that the engine has. Separate from their code, which a page need not load. */

import type { HiddenAct } from '../model/activation-names.js'

/**
 * The functions by name. A kernel gets the position in this list; 0 leaves the values unchanged. The formulas are those of
 * transformers' `activations.py`.
 */
export const activationKernels = [
  'none',
  'gelu',
  'gelu10',
  'geluTanh',
  'quickGelu',
  'relu',
  'relu2',
  'relu6',
  'leakyRelu',
  'silu',
  'mish',
  'tanh',
  'sigmoid',
] as const

export type ActivationKernel = (typeof activationKernels)[number]

/** The kernel of each function of `config.json`. Several names are one function. */
export const kernelsByName: Readonly<Record<HiddenAct, ActivationKernel>> = {
  gelu: 'gelu',
  gelu_python: 'gelu',
  gelu_10: 'gelu10',
  gelu_new: 'geluTanh',
  gelu_fast: 'geluTanh',
  gelu_accurate: 'geluTanh',
  gelu_pytorch_tanh: 'geluTanh',
  gelu_python_tanh: 'geluTanh',
  quick_gelu: 'quickGelu',
  relu: 'relu',
  relu2: 'relu2',
  relu6: 'relu6',
  leaky_relu: 'leakyRelu',
  silu: 'silu',
  swish: 'silu',
  mish: 'mish',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  linear: 'none',
}
