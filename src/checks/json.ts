/**
 * The type guard of JSON objects. It is not in check-options.ts, because a web page loads this file at the start and
 * the checks of options on demand.
 */

/** Whether a value is an object with fields: neither null nor an array. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
