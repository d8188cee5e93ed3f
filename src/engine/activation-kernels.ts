/** Names of the activation functions that the engine has. Separate from their code, which a page need not load. */

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
