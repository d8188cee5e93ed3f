/** The sentences that the live page searches, with a short label for the map. They were written for this page. */

export const topics = ['Weather', 'Kitchen', 'Money', 'Animals', 'Travel'] as const

export interface Sentence {
  readonly text: string
  readonly label: string
  readonly topic: (typeof topics)[number]
}

const texts: Readonly<Record<Sentence['topic'], Readonly<Record<string, string>>>> = {
  Weather: {
    drizzle: 'A light rain fell all morning.',
    thunder: 'Thunder rolled over the valley after dark.',
    snow: 'Snow covered the roofs of the town.',
    heat: 'It was the hottest day of the summer.',
    fog: 'Thick fog hid the road in front of us.',
    gale: 'A strong wind broke the branches of the trees.',
  },
  Kitchen: {
    bread: 'She baked a loaf of bread for breakfast.',
    soup: 'The soup needs a little more salt.',
    tea: 'He poured hot tea into two cups.',
    onions: 'Cut the onions and fry them in butter.',
    cake: 'The children ate a cake with chocolate.',
    knife: 'A sharp knife makes cooking easier.',
  },
  Money: {
    rent: 'The rent for the flat has gone up again.',
    bank: 'The bank lends money to small companies.',
    savings: 'She put part of her wages aside every month.',
    prices: 'Food costs more than it did last year.',
    debt: 'He paid back everything that he owed.',
    shares: 'The value of the shares fell sharply.',
  },
  Animals: {
    cat: 'The cat sleeps on a warm chair.',
    dog: 'A dog ran after the ball in the park.',
    horse: 'The horse jumped over the fence.',
    birds: 'Birds build their nests in early spring.',
    fish: 'Small fish swim close to the shore.',
    bees: 'The bees returned to their hive.',
  },
  Travel: {
    train: 'The train to the coast leaves at noon.',
    flight: 'Our plane landed two hours late.',
    hotel: 'They booked a hotel near the station.',
    suitcase: 'I packed my suitcase the night before.',
    map: 'We lost our way and asked for a map.',
    ferry: 'The ferry carries cars to the island.',
  },
}

export const sentences: readonly Sentence[] = topics.flatMap((topic) =>
  Object.entries(texts[topic]).map(([label, text]) => ({ label, text, topic })),
)

/** Queries that share no important word with the sentences that they should find. */
export const suggestions = ['a storm is coming', 'preparing dinner', 'being short of cash', 'a pet']
