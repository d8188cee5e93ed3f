/** Rotates the order, so that a different contender is first in each round. */
export function rotate(list, by) {
  const start = by % Math.max(1, list.length)
  return [...list.slice(start), ...list.slice(0, start)]
}
