/** The type guard of JSON objects. A separate file, because a page loads it at once and the checks of options later. */

/** Whether a value is an object with fields: neither null nor a list. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
