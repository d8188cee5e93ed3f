/** Names of the inputs and outputs of every encoder that the library makes, on every backend. */

/** int32 [batch, tokens]. The attention mask of a text is 1 for its tokens, and 0 for padding. */
export const encoderInputs = ['input_ids', 'attention_mask', 'token_type_ids'] as const

/** float32 [batch, tokens, hidden] */
export const encoderOutput = 'last_hidden_state'

/** Input: the weight of each token, float32 [batch, modes, tokens], made by `poolingWeights`. */
export const poolingWeightsInput = 'pooling_weights'

/** Output: the weighted sums of the tokens' vectors, float32 [batch, modes, hidden]. */
export const pooledOutput = 'pooled'

/** Output: the maximum of each dimension over a text's tokens, float32 [batch, hidden]; zeros for a text without tokens. */
export const maxPooledOutput = 'max_pooled'
