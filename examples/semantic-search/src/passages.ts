/** The searched texts: sixty passages on six subjects, written for this page. */

export const subjects = [
  'The sea',
  'The kitchen',
  'The night sky',
  'The workshop',
  'The garden',
  'Music',
] as const

export type Subject = (typeof subjects)[number]

export interface Passage {
  readonly text: string
  readonly subject: Subject
}

const texts: Readonly<Record<Subject, readonly string[]>> = {
  'The sea': [
    'The tide comes in twice a day, and each time it leaves the beach a little different.',
    'Fishermen mend their nets on the quay while they wait for better weather.',
    'A lighthouse keeper once counted the ships in a notebook, one line for each.',
    'The ferry rolled so much that the cups slid from one end of the table to the other.',
    'Octopuses squeeze through any gap that is wider than their beak.',
    'Salt dries white on the rocks after the spray has gone.',
    'Divers saw the wreck by torchlight: a hull full of silver fish.',
    'When the wind turned north, all the boats ran for the harbour.',
    'Whales sing phrases that travel hundreds of miles under water.',
    'Gulls follow the trawler home and quarrel over what is thrown back.',
  ],
  'The kitchen': [
    'Let the onions cook slowly, until they are soft and the colour of honey.',
    'Bread dough is ready when it springs back from a finger pressed into it.',
    'A pinch of salt makes the chocolate taste more of chocolate.',
    'Grandmother kept her recipes in a tin, stained with butter and plum jam.',
    'Rinse the rice until the water runs clear, and leave the lid on while it steams.',
    'The soup was better on the second day, as it always is.',
    'Sharpen the knife first; a blunt one slips and cuts the cook.',
    'Roast the spices in a dry pan, and the whole house smells of cumin.',
    'Whisk the egg whites in a clean bowl until they stand up in peaks.',
    'He burnt the first pancake and ate it anyway, standing at the stove.',
  ],
  'The night sky': [
    'The light of that star set out before there were people to see it.',
    'Saturn looks unreal in a small telescope, like a sticker on the lens.',
    'On the darkest nights the Milky Way throws a faint shadow.',
    'A comet is a dirty ball of ice that grows a tail near the sun.',
    'The moon moves away from the earth by the width of two fingers every year.',
    'We lay on the roof in August and counted the falling stars.',
    'Astronomers found the planet by the tiny dimming of its sun.',
    'Jupiter has a storm that is wider than our world.',
    'The space probe still calls home, from beyond the last planet.',
    'During the eclipse the birds fell silent and the street lamps came on.',
  ],
  'The workshop': [
    'Measure twice and cut once, said the carpenter, and cut it too short.',
    'The lathe hums while the wood comes off in one long curl.',
    'Oil the chain before winter or the bicycle will complain in spring.',
    'A good solder joint is shiny and runs up the wire like water.',
    'She took the clock apart and laid its wheels in a row on the bench.',
    'The engine would not start until somebody cleaned the spark plugs.',
    'Glue needs clamps, and clamps need more clamps.',
    'Rust had eaten the hinge, so he forged a new one from a nail.',
    'The blueprint showed four screws; the box held three.',
    'Hang every tool on the wall, and draw its outline where it belongs.',
  ],
  'The garden': [
    'Plant garlic in autumn and forget about it until July.',
    'Earthworms turn fallen leaves into soil, one mouthful at a time.',
    'The old apple tree bears fruit only every second year.',
    'Water the tomatoes in the morning, and never on the leaves.',
    'Slugs came in the night and ate the lettuce down to the stalks.',
    'Bees visit the lavender until the last hour of daylight.',
    'Prune the roses in February, above a bud that looks outward.',
    'Compost steams on cold mornings, like a horse after a ride.',
    'A hedgehog lives behind the shed and keeps the beetles in check.',
    'The seeds slept in their packet for six years, and came up all the same.',
  ],
  Music: [
    'The violin was tuned a shade too high, and only the cellist noticed.',
    'A drummer who listens is worth two who can play fast.',
    'She practised the same four bars until the neighbours could hum them.',
    'The choir held the last chord and let it ring in the stone vault.',
    'Jazz musicians leave out the notes that everybody expects.',
    'An organ breathes through pipes as tall as a house, and as short as a pencil.',
    'The record crackled, and the singer sounded like someone in the next room.',
    'Children clap the rhythm before they learn to read it.',
    'He wrote the melody on a tram ticket and lost it for ten years.',
    'The orchestra tunes to the oboe, because it will not bend.',
  ],
}

export const passages: readonly Passage[] = subjects.flatMap((subject) =>
  texts[subject].map((text) => ({ text, subject })),
)

/** Example queries, one for each subject, in the order of the subjects. */
export const suggestions = [
  'boats caught in a gale',
  'preparing a meal',
  'distant planets',
  'repairing a motor',
  'what helps plants grow',
  'music in a cathedral',
]
