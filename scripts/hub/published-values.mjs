/** Values that the publishers of Hub models state for them. */

const planets = {
  query: 'Which planet is known as the Red Planet?',
  documents: [
    "Venus is often called Earth's twin because of its similar size and proximity.",
    'Mars, known for its reddish appearance, is often referred to as the Red Planet.',
    'Jupiter, the largest planet in our solar system, has a prominent red spot.',
    'Saturn, famous for its rings, is sometimes mistaken for the Red Planet.',
  ],
}

const miniLm = {
  model: 'sentence-transformers/all-MiniLM-L6-v2',
  ...planets,
  // From the tests of sentence-transformers.
  similarities: [0.46371, 0.81205, 0.72828, 0.75051],
}

/** Tolerance: half of the last published digit, plus the difference of float32 sums in a different order. */
const fiveDigits = 2e-5
const fourDigits = 7e-5

/** Tolerance for a cosine with 8-bit weights. */
const eightBits = 0.02

/** Each entry has a query, documents, their similarities by the model's own metric, and the tolerance. */
export const publishedValues = [
  { name: 'all-MiniLM-L6-v2', ...miniLm, tolerance: fiveDigits },
  { name: 'all-MiniLM-L6-v2, q8', ...miniLm, options: { dtype: 'q8' }, tolerance: eightBits },
  { name: 'all-MiniLM-L6-v2, its own ONNX', ...miniLm, options: { onnx: true }, tolerance: fiveDigits },
  {
    name: 'all-MiniLM-L6-v2, its own ONNX of 8 bits',
    ...miniLm,
    options: { onnx: true, dtype: 'q8' },
    tolerance: 2 * eightBits,
  },
  {
    name: 'all-MiniLM-L6-v2, the README of sentence-transformers',
    model: miniLm.model,
    query: 'The weather is lovely today.',
    documents: ["It's so sunny outside!", 'He drove to the stadium.'],
    similarities: [0.666, 0.1046],
    tolerance: fourDigits,
  },
]
