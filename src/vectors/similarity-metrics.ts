/** The measures of how alike two vectors are, by their names. */

/** The measures, as sentence-transformers writes them in `similarity_fn_name`. */
export const similarityMetrics = ['cosine', 'dot', 'euclidean', 'manhattan'] as const

export type SimilarityMetric = (typeof similarityMetrics)[number]
