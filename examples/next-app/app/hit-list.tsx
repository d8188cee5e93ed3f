/** Passages with their scores. */

import type { Hit } from './rank'

export function HitList({ hits }: { readonly hits: readonly Hit[] }) {
  return (
    <ol>
      {hits.map(({ passage, score }) => (
        <li key={passage}>
          <span>{passage}</span> <data value={score}>{score.toFixed(4)}</data>
        </li>
      ))}
    </ol>
  )
}
