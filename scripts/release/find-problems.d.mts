export interface ReleaseFacts {
  readonly manifest: {
    readonly name: string
    readonly version: string
    readonly repository?: string | { readonly url?: string }
  }
  readonly changelog: string
  readonly branch: string
  readonly changes: string
  readonly tags: readonly string[]
  readonly published: readonly string[]
  readonly withProvenance: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}
export function findProblems(facts: ReleaseFacts): string[]

export function toPageUrl(url: string): string
