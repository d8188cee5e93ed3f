/** The activation functions of `config.json`'s `hidden_act`, as ONNX operators. */

import type { HiddenAct } from '../bert-config.js'
import type { GraphBuilder, Value } from './graph-builder.js'

type Activation = (graph: GraphBuilder, x: Value) => Value

const gelu: Activation = (graph, x) => graph.op('Gelu', [x])

/** 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), https://arxiv.org/abs/1606.08415. */
const geluTanh: Activation = (graph, x) => graph.op('Gelu', [x], { approximate: 'tanh' })

/** x sigmoid(scale x). */
function sigmoidLinear(scale: number): Activation {
  return (graph, x) => {
    const scaled = scale === 1 ? x : graph.op('Mul', [x, graph.floats([scale])])
    return graph.op('Mul', [x, graph.op('Sigmoid', [scaled])])
  }
}

function clip(x: Value, least: number, most: number, graph: GraphBuilder): Value {
  return graph.op('Clip', [x, graph.floats([least], []), graph.floats([most], [])])
}

const relu: Activation = (graph, x) => graph.op('Relu', [x])

/**
 * What no value of an activation is below: the minima of x Phi(x), x sigmoid(x) and x tanh(softplus(x)), rounded down. Those
 * that go as far down as up are not here.
 */
export const leastActivations: Readonly<Partial<Record<HiddenAct, number>>> = {
  gelu: -0.17,
  gelu_python: -0.17,
  gelu_10: -0.17,
  gelu_new: -0.1701,
  gelu_fast: -0.1701,
  gelu_accurate: -0.1701,
  gelu_pytorch_tanh: -0.1701,
  gelu_python_tanh: -0.1701,
  quick_gelu: -0.1637,
  relu: 0,
  relu2: 0,
  relu6: 0,
  silu: -0.2785,
  swish: -0.2785,
  mish: -0.3089,
  sigmoid: 0,
}

/** What transformers computes under each name (its `activations.py`); several names are one function there too. */
export const activations: Readonly<Record<HiddenAct, Activation>> = {
  gelu,
  gelu_python: gelu,
  gelu_10: (graph, x) => clip(gelu(graph, x), -10, 10, graph),
  gelu_new: geluTanh,
  gelu_fast: geluTanh,
  gelu_accurate: geluTanh,
  gelu_pytorch_tanh: geluTanh,
  gelu_python_tanh: geluTanh,
  quick_gelu: sigmoidLinear(1.702),
  relu,
  relu2: (graph, x) => {
    const positive = relu(graph, x)
    return graph.op('Mul', [positive, positive])
  },
  relu6: (graph, x) => clip(x, 0, 6, graph),
  leaky_relu: (graph, x) => graph.op('LeakyRelu', [x]), // ONNX's default slope is PyTorch's: 0.01
  silu: sigmoidLinear(1),
  swish: sigmoidLinear(1),
  mish: (graph, x) => graph.op('Mish', [x]),
  tanh: (graph, x) => graph.op('Tanh', [x]),
  sigmoid: (graph, x) => graph.op('Sigmoid', [x]),
  linear: (_graph, x) => x,
}
