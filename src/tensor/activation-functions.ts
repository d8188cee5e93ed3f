/** Activation functions of one value, by their names in torch.nn and with its default parameters. */

export type ActivationName = keyof typeof activationFunctions

const selu = { alpha: 1.6732632423543772, scale: 1.0507009873554805 } // https://arxiv.org/abs/1706.02515

export const activationFunctions = {
  Identity: (x: number) => x,
  Tanh: Math.tanh,
  Sigmoid: sigmoid,
  ReLU: (x: number) => clamp(x, 0, Number.POSITIVE_INFINITY),
  ReLU6: (x: number) => clamp(x, 0, 6),
  LeakyReLU: (x: number) => (x < 0 ? 0.01 * x : x),
  ELU: (x: number) => (x < 0 ? Math.expm1(x) : x),
  CELU: (x: number) => (x < 0 ? Math.expm1(x) : x),
  SELU: (x: number) => selu.scale * (x < 0 ? selu.alpha * Math.expm1(x) : x),
  GELU: (x: number) => (x * (1 + erf(x / Math.SQRT2))) / 2,
  SiLU: (x: number) => x * sigmoid(x),
  Mish: (x: number) => x * Math.tanh(softplus(x)),
  Softplus: softplus,
  Softsign: (x: number) => x / (1 + Math.abs(x)),
  Tanhshrink: (x: number) => x - Math.tanh(x),
  LogSigmoid: (x: number) => -softplus(-x),
  Hardtanh: (x: number) => clamp(x, -1, 1),
  Hardsigmoid: (x: number) => clamp(x / 6 + 0.5, 0, 1),
  Hardswish: (x: number) => x * clamp(x / 6 + 0.5, 0, 1),
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

/** ln(1 + e^x), in a form that cannot overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
}

function clamp(x: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, x))
}

/**
 * The error function, with an error of at most 1.5e-7 (Abramowitz and Stegun, Handbook of Mathematical Functions,
 * 7.1.26).
 */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x))
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  return Math.sign(x) * (1 - series * Math.exp(-x * x))
}
