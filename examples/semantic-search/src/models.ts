/** The models to choose from, and which one the address names: `?model=minilm`. */

export interface ModelChoice {
  /** Its value of `model` in the address. */
  readonly key: string
  readonly label: string
  /** What `createEmbedder` takes: a name on the Hugging Face Hub, or files that this app serves. */
  readonly model: string
}

/** The one that needs no other server. */
export const smallModel: ModelChoice = {
  key: 'small',
  label: 'bert-embed-small-en (6 MB, offline)',
  model: `${import.meta.env.BASE_URL}models/bert-embed-small-en`,
}

export const modelChoices: readonly ModelChoice[] = [
  smallModel,
  {
    key: 'minilm',
    label: 'all-MiniLM-L6-v2 (91 MB, from the Hub)',
    model: 'sentence-transformers/all-MiniLM-L6-v2',
  },
]

export function chosenModel(): ModelChoice {
  const key = new URLSearchParams(location.search).get('model')
  return modelChoices.find((choice) => choice.key === key) ?? smallModel
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
