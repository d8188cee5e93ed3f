/** What masks scores of attention. */

/** What PyTorch adds to masked scores (`torch.finfo(torch.float32).min`): exp() of it is exactly 0. */
export const lowestFloat32 = -3.4028234663852886e38
