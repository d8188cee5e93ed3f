/** Creates missing checkpoints, and the files for the other systems if Python is available. */

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeCheckpoint } from '../checkpoint/make-checkpoint.mjs'

/** The requirements that `python` satisfies: `torch`, `bf16` (supported by the processor), `export`. */
export function probePython(python) {
  const program = [
    'import torch, transformers, sentence_transformers; print("torch")',
    'print("bf16" if torch.ops.mkldnn._is_mkldnn_bf16_supported() else "")',
    'import onnx, onnxruntime; print("export")',
  ]
  try {
    const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }
    return new Set(
      execFileSync(python, ['-c', program.join('\n')], options)
        .split('\n')
        .filter(Boolean),
    )
  } catch (error) {
    // Without onnx, the requirements printed before it are still satisfied.
    return new Set((error.stdout ?? '').split('\n').filter(Boolean))
  }
}

/** Creates the checkpoint and, if possible, its ONNX files, unless they exist. Returns whether the ONNX files exist. */
export function prepareCheckpoint(directory, { shape, python, canExport, log }) {
  if (!existsSync(join(directory, 'model.safetensors'))) {
    log(`making ${directory}`)
    makeCheckpoint(directory, { shape })
  }
  const hasOnnx = () => existsSync(join(directory, 'onnx/model_quantized.onnx'))
  if (!hasOnnx() && canExport) {
    log(`exporting ${directory}/onnx`)
    const script = fileURLToPath(new URL('../export_onnx.py', import.meta.url))
    execFileSync(python, ['-W', 'ignore', script, directory], { stdio: ['ignore', 'ignore', 'pipe'] })
  }
  return hasOnnx()
}
