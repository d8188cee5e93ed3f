/** What one thread of this machine can do, measured with the kernels: the best of several rounds. */

const rounds = 100

/** Multiplications and additions of float32 per second, on data in the first cache. */
export function peakGflops({ kernels, reserve, plan }) {
  const [rows, k, panels] = [60, 64, 4] // 15 KB and 8 KB
  const a = Math.ceil(plan.weightsEnd / 64) * 64
  const b = a + 4 * rows * k
  const bias = b + 4 * k * 8 * panels
  const c = bias + 32 * panels
  new Uint8Array(reserve(c + rows * 32 * panels), a, c - a).fill(0)
  const flops = 2 * rows * k * 8 * panels
  return best(() => {
    for (let i = 0; i < 100; i++)
      kernels.linear(...[a, 4 * k, rows, k, b, panels], ...[bias, c, 32 * panels, 0, 0, 0])
    return 100 * flops
  })
}

/** Bytes of the weights that can be read per second; 32 MB of them, more than the second cache. */
export function readGigabytes({ kernels, plan }) {
  return best(() => {
    const bytes = Math.min(plan.weightsEnd - 1024, 2 ** 25)
    kernels.has_infinite(1024, bytes / 4, 1020)
    return bytes
  })
}

/** 1e9 per second */
function best(run) {
  let max = 0
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    const amount = run()
    max = Math.max(max, amount / (performance.now() - start) / 1e6)
  }
  return max
}
