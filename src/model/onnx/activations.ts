/** The activation functions of `config.json`'s `hidden_act`, as ONNX operators. */

import type { HiddenAct } from '../activation-names.js'
import type { GraphBuilder, Value } from './graph-builder.js'

export interface Activation {
  apply(graph: GraphBuilder, x: Value): Value
  /** A lower bound of its values: the minimum, rounded down. `undefined` if the range is symmetric or unbounded. */
  readonly min?: number
}

/** x Phi(x), https://arxiv.org/abs/1606.08415. */
const gelu: Activation = { min: -0.17, apply: (graph, x) => graph.op('Gelu', [x]) }

/** 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), from the same paper. */
const geluTanh: Activation = {
  min: -0.1701,
  apply: (graph, x) => graph.op('Gelu', [x], { approximate: 'tanh' }),
}

/** x sigmoid(scale x). */
function sigmoidLinear(scale: number): Activation {
  return {
    min: -0.2785 / scale,
    apply(graph, x) {
      const scaled = scale === 1 ? x : graph.op('Mul', [x, graph.floats([scale])])
      return graph.op('Mul', [x, graph.op('Sigmoid', [scaled])])
    },
  }
}

const silu = sigmoidLinear(1)

const relu: Activation = { min: 0, apply: (graph, x) => graph.op('Relu', [x]) }

function clip(graph: GraphBuilder, x: Value, [min, max]: readonly [number, number]): Value {
  return graph.op('Clip', [x, graph.floats([min], []), graph.floats([max], [])])
}

/**
 * The functions that transformers has under each name (its `activations.py`).
 */
export const activations: Readonly<Record<HiddenAct, Activation>> = {
  gelu,
  gelu_python: gelu,
  gelu_10: { ...gelu, apply: (graph, x) => clip(graph, gelu.apply(graph, x), [-10, 10]) },
  gelu_new: geluTanh,
  gelu_fast: geluTanh,
  gelu_accurate: geluTanh,
  gelu_pytorch_tanh: geluTanh,
  gelu_python_tanh: geluTanh,
  quick_gelu: sigmoidLinear(1.702),
  relu,
  relu2: {
    min: 0,
    apply(graph, x) {
      const positive = relu.apply(graph, x)
      return graph.op('Mul', [positive, positive])
    },
  },
  relu6: { min: 0, apply: (graph, x) => clip(graph, x, [0, 6]) },
  leaky_relu: { apply: (graph, x) => graph.op('LeakyRelu', [x]) }, // the default slope, 0.01, is PyTorch's as well
  silu,
  swish: silu,
  /** x tanh(softplus(x)), https://arxiv.org/abs/1908.08681. */
  mish: { min: -0.3089, apply: (graph, x) => graph.op('Mish', [x]) },
  tanh: { apply: (graph, x) => graph.op('Tanh', [x]) },
  sigmoid: { min: 0, apply: (graph, x) => graph.op('Sigmoid', [x]) },
  linear: { apply: (_graph, x) => x },
}
