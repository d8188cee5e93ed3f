/** The sizes of packed matrices and quantised rows. Without the code of kernels, because pages load this file. */

/** Number of columns of a tile, and of a panel: a group of rows of a weight that is packed together. */
export const panelWidth = 8

/** Number of bytes of a row of a packed float32 panel. */
export const panelRowBytes = 4 * panelWidth

/** The largest activation of a layer with 8-bit weights: 14 bits with the sign. */
export const maxActivation = 8191

/** Number of quads, groups of four inputs, of a layer with 8-bit weights. */
export const quadsOf = (inputs: number) => Math.ceil(inputs / 4)

/** Number of bytes of a row of activations for 8-bit weights: 14 bits in two bytes each, and the row's scale. */
export const activationBytes = (inputs: number) => 8 * quadsOf(inputs) + 4

/** Number of bytes of a panel of 8-bit weights, and of a number of 32 bits for each output. */
export const int8PanelBytes = (inputs: number) => 4 * panelWidth * quadsOf(inputs) + panelRowBytes
