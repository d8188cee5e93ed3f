/** Counts the multiplications and additions of the matrix products of a BERT encoder. */

/**
 * Returns the floating-point operations, two for each multiply-add, for texts of `tokenCounts` tokens without padding.
 *
 * A layer multiplies each token by four matrices hidden x hidden (query, key, value, output) and two hidden x
 * intermediate. It multiplies queries by keys and attention weights by values: 2 x hidden multiply-adds for each pair of
 * tokens. Softmax, normalisation, activation and look-ups are not counted, because they are not matrix products.
 */
export function countFlops(config, tokenCounts) {
  const { hidden_size: hidden, intermediate_size: intermediate, num_hidden_layers: layers } = config
  const linear = 4 * hidden * hidden + 2 * hidden * intermediate
  return tokenCounts.reduce(
    (sum, tokens) => sum + 2 * layers * (tokens * linear + 2 * tokens * tokens * hidden),
    0,
  )
}
