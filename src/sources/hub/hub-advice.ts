/** What to do when the Hub does not give a model: by its name, and by the headers of the Hub's answer. */

const tokenOptions = "(the option token, HF_TOKEN, or 'hf auth login')"

/** What to do about 401 and 403, for which the Hub gives its reason in two headers of its own. */
export function adviceOnRefusal(refusal: Headers, model: string): string {
  const code = refusal.get('x-error-code')
  const reason = refusal.get('x-error-message')
  if (code === 'GatedRepo')
    return `The model is gated. Accept its conditions on its page on the Hub, and use a token of the account that did ${tokenOptions}.`
  if (code?.endsWith('NotFound') || !reason)
    return `The model does not exist, or is private. Check its name, and use a token that may read it ${tokenOptions}.${ownerHint(model)}`
  if (/token|credential|password/i.test(reason))
    return `Use a token that is valid ${tokenOptions}, or none for a public model (token: false).`
  // Nothing that a token could change, such as a model that the Hub has disabled.
  return ''
}

/** For a name without an owner, as Python's SentenceTransformer takes it. */
export function ownerHint(model: string): string {
  if (model.includes('/')) return ''
  return ` Models of sentence-transformers have their owner in their names: "sentence-transformers/${model}".`
}
