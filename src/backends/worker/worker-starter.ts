/** How a worker is started: the caller's function, or `standard`; `undefined` when there is to be none. */
export function workerStarter<Worker>(
  worker: boolean | (() => Worker),
  standard: () => Worker,
): (() => Worker) | undefined {
  if (typeof worker === 'function') return worker
  return worker ? standard : undefined
}
