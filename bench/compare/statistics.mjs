/** Medians and percentiles of few measurements. */

export function median(values) {
  return percentile(values, 50)
}

/** Interpolates linearly between the two nearest measurements. */
export function percentile(values, percent) {
  const sorted = values.toSorted((a, b) => a - b)
  const place = ((sorted.length - 1) * percent) / 100
  const below = Math.floor(place)
  const above = Math.ceil(place)
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below)
}

export function cosine(first, second) {
  const dot = (a, b) => a.reduce((sum, value, index) => sum + value * b[index], 0)
  return dot(first, second) / Math.sqrt(dot(first, first) * dot(second, second))
}
