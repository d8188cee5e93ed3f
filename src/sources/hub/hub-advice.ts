/** Advice in the error messages for a model that the Hub refuses or does not have. */

const tokenOptions = "(the option token, HF_TOKEN, or 'hf auth login')"

/** Advice for status 401 and 403. The Hub sends the reason in the headers `x-error-code` and `x-error-message`. */
export function adviceOnRefusal(refusal: Headers, model: string): string {
  const code = refusal.get('x-error-code')
  const reason = refusal.get('x-error-message')
  if (code === 'GatedRepo')
    return `The model is gated. Accept its conditions on its page on the Hub, and use a token of the account that did ${tokenOptions}.`
  if (code?.endsWith('NotFound') || !reason)
    return `The model does not exist, or is private. Check its name, and use a token that may read it ${tokenOptions}.${ownerHint(model)}`
  if (/token|credential|password/i.test(reason))
    return `Use a token that is valid ${tokenOptions}, or none for a public model (token: false).`
  // Another token would not help, for example if the Hub has disabled the model.
  return ''
}

/** Advice for a name without an owner, which Python's SentenceTransformer accepts. */
export function ownerHint(model: string): string {
  if (model.includes('/')) return ''
  return ` Models of sentence-transformers have their owner in their names: "sentence-transformers/${model}".`
}
