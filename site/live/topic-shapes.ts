/** Each topic has a shape, so that the map can be read without colours. */

import { sentences, topics } from './sentences.js'

/** Outlines within 16 x 16 units around the origin, in the order of the topics. */
export const shapes = [
  'M0-5.5A5.5 5.5 0 1 1 0 5.5 5.5 5.5 0 1 1 0-5.5Z',
  'M-5-5H5V5H-5Z',
  'M0-6 6 5H-6Z',
  'M0-6.5 6.5 0 0 6.5-6.5 0Z',
  'M-2-6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z',
]

export function topicOf(sentence: number): number {
  return topics.indexOf(sentences[sentence]!.topic)
}
