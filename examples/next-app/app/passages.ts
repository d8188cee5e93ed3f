/** The passages that both rankings search. */

export const passages = [
  'The tide leaves the beach a little different each time.',
  'Bread dough is ready when it springs back from a finger.',
  'Saturn looks unreal in a small telescope.',
  'Oil the chain before winter.',
  'Bees visit the lavender until the last hour of daylight.',
  'The choir held the last chord and let it ring.',
]
