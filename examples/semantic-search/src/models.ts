/** The models to choose from, and which one the address names: `?model=small`. */

export interface ModelChoice {
  /** Its value of `model` in the address. */
  readonly key: string
  readonly label: string
  /** What `createEmbedder` takes: a name on the Hugging Face Hub, or files that this app serves. */
  readonly model: string
  /** Random weights: everything works, and nothing means anything. */
  readonly isUntrained: boolean
}

export const modelChoices: readonly ModelChoice[] = [
  {
    key: 'minilm',
    label: 'all-MiniLM-L6-v2, from the Hub (91 MB)',
    model: 'sentence-transformers/all-MiniLM-L6-v2',
    isUntrained: false,
  },
  {
    key: 'small',
    label: 'Small and untrained, offline (1 MB)',
    model: `${import.meta.env.BASE_URL}models/bert-small-untrained`,
    isUntrained: true,
  },
]

export function chosenModel(): ModelChoice {
  const key = new URLSearchParams(location.search).get('model')
  return modelChoices.find((choice) => choice.key === key) ?? modelChoices[0]!
}

/** Goes to the page with another model: loading it anew lets go of this one. */
export function chooseModel(key: string): void {
  const parameters = new URLSearchParams(location.search)
  parameters.set('model', key)
  location.search = parameters.toString()
}

/** `?device=webgpu` */
export function chosenDevice(): string | undefined {
  return new URLSearchParams(location.search).get('device') ?? undefined
}
