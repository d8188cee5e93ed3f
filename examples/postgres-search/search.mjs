/** The SQL that searches: by vectors in four ways, by words, and by both. */

import { hnswCandidates } from './database.mjs'
import { toSqlVector } from './documents.mjs'

/**
 * How to find the `$2` chunks nearest to the vector `$1`.
 *
 * - `exact` compares all vectors: `+ 0` keeps the database from using an index.
 * - `hnsw` and `halfvec` use an index over 32-bit and over 16-bit values.
 * - `binary` finds candidates by one bit for each value, and sorts them by their vectors.
 */
export const nearest = {
  exact: `select id, embedding <=> $1::vector as distance from chunk
    order by (embedding <=> $1::vector) + 0 limit $2`,
  hnsw: `select id, embedding <=> $1::vector as distance from chunk
    order by embedding <=> $1::vector limit $2`,
  halfvec: `select id, embedding_half <=> $1::halfvec as distance from chunk
    order by embedding_half <=> $1::halfvec limit $2`,
  binary: `select id, embedding <=> $1::vector as distance from (
      select id, embedding from chunk order by embedding_bits <~> binary_quantize($1::vector) limit ${hnswCandidates}
    ) candidates order by distance limit $2`,
}

/** Any of the query's words, in all their forms. `plainto_tsquery` alone would ask for all of them. */
const anyWord = `replace(plainto_tsquery('english', $3)::text, ' & ', ' | ')::tsquery`

/** Candidates of each half of a hybrid search. */
const candidates = 40

/** Reciprocal rank fusion: 60 is the constant of Cormack, Clarke and Büttcher (2009). */
const score = `1.0 / (60 + rank)`

/** Marks matches in a text. These characters of the private use area cannot be confused with HTML. */
const headline = `'HighlightAll=true, StartSel=\uE000, StopSel=\uE001'`

function hybridSql(method) {
  return `
    with by_vector as (
      select id, distance, rank() over (order by distance) as rank from (${nearest[method]}) as found
    ), by_words as (
      select id, rank() over (order by relevance desc) as rank from (
        select id, ts_rank_cd(words, ${anyWord}) as relevance from chunk where words @@ ${anyWord}
        order by relevance desc limit $2
      ) as found
    ), fused as (
      select id, sum(${score}) as score from (select id, rank from by_vector union all select id, rank from by_words) as ranks
      group by id order by score desc, id limit $4
    )
    select document.name, chunk.position, chunk.start_offset, chunk.end_offset, fused.score::float8,
      by_vector.rank::int as vector_rank, by_words.rank::int as words_rank,
      ts_headline('english', chunk.text, ${anyWord}, ${headline}) as text
    from fused left join by_vector using (id) left join by_words using (id)
      join chunk on chunk.id = fused.id join document on document.id = chunk.document_id
    order by fused.score desc, fused.id`
}

/**
 * Returns the best chunks for a query, by its vector and its words.
 *
 * @param {{ text: string, vector: Float32Array, top?: number, method?: keyof nearest }} query
 */
export function searchHybrid({ query }, { text, vector, top = 10, method = 'halfvec' }) {
  return query(hybridSql(method), [toSqlVector(vector), candidates, text, top])
}
