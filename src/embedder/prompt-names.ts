/** The names that models use for the two prompts. The first name that a model has is used. */
export const promptNames = {
  query: ['query'],
  document: ['document', 'passage', 'corpus'],
} as const
