export const chromiumFlags: readonly string[]
export function locateChromium(): string | undefined
export function findChromium(): string
