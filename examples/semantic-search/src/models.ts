/** The available models, and the one that the URL selects with `?model=minilm`. */

export interface ModelChoice {
  /** The value of `model` in the URL. */
  readonly key: string
  readonly label: string
  /** The `model` of `createEmbedder`: a name on the Hugging Face Hub, or the URL of files that this application serves. */
  readonly model: string
}

/** The default model, which needs no other server. */
export const smallModel: ModelChoice = {
  key: 'small',
  label: 'bert-embed-small-en (3 MB, offline)',
  model: `${import.meta.env.BASE_URL}models/small-q8`,
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

/** Opens the page with another model. The reload releases the current one. */
export function chooseModel(key: string): void {
  const parameters = new URLSearchParams(location.search)
  parameters.set('model', key)
  location.search = parameters.toString()
}

/** The device that the URL selects with `?device=webgpu`. */
export function chosenDevice(): string | undefined {
  return new URLSearchParams(location.search).get('device') ?? undefined
}
