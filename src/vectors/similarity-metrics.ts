/**
 * The names of the similarity measures. Separate from similarity-matrix.ts, because a page checks the names at once.
 */

/** The similarity measures, by their names in sentence-transformers' `similarity_fn_name`. */
export const similarityMetrics = ['cosine', 'dot', 'euclidean', 'manhattan'] as const

/** The name of a similarity measure, explained at `similarityMatrix`. */
export type SimilarityMetric = (typeof similarityMetrics)[number]
