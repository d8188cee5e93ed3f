export declare function locateFirefox(): string | undefined
export interface OpenedFirefox {
  /** Rejects if Firefox ends before `close()`. Otherwise, it never settles. */
  readonly failed: Promise<never>
  readonly close: () => Promise<void>
}
export declare function openFirefox(firefox: string, url: string): OpenedFirefox
