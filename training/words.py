"""Word lists and sentence frames for the generated texts. Everyday English, written for this project."""


def items(text: str) -> list[str]:
    return [item for item in (part.strip() for part in text.replace("\n", "|").split("|")) if item]


PERSONS = items("""man|woman|boy|girl|child|baby|toddler|teenager|couple|family|crowd|old man|old woman|young man|young woman|little boy
little girl|man in a suit|woman in a red dress|football player|tennis player|basketball player|soccer team|cyclist|skateboarder|surfer|skier
singer|guitarist|dancer|drummer|chef|cook|farmer|fisherman|soldier|knight|squire|nurse|doctor|teacher|student|tourist|worker|policeman
firefighter|driver|sailor|painter|artist|photographer|musician|band|woman with long hair|man with a beard|man wearing a hat|lady|guy
guy on a motorcycle|person|swimmer|climber|hiker|runner|wrestler|boxer|monk|king|queen|prince|priest|carpenter|gardener|waiter|waitress
baker|butcher|shepherd|hunter|traveller|neighbour|friend|stranger|mother|father|grandmother|grandfather|sister|brother|uncle|widow|servant
master|captain|pilot|judge|lawyer|clerk|mayor|librarian|postman|tailor|blacksmith|miller|innkeeper|poet|scientist|engineer|customer|tenant
landlord|patient|passenger|visitor|choir|goalkeeper|referee|coach|kid|bride|clown|thief|guard|crew|woman in a white shirt|boy in a blue jacket
girl in a swimsuit|man in a black coat|person in a kayak|woman on a bicycle|train driver|conductor|manager|secretary|candidate|employee""")

PLURALS = items("""two men|two women|three men|several people|people|two boys|two girls|children|some kids|a group of people|a group of men
a group of children|two people|three women|four girls|many people|soldiers|football players|dancers|students|tourists|workers|police officers
protesters|musicians|a couple of friends|two young women|five children|men|women|boys|girls|sailors|farmers|neighbours|the villagers|the guests
two teams|a man and a woman|a boy and a girl|a mother and her child|a man and his dog|a bride and groom|an old couple|the pupils|the volunteers
the fishermen|hikers|knights|two dogs|three horses|some cows|sheep|birds|two cats""")

ANIMALS = items("""dog|cat|horse|brown dog|black dog|white dog|small dog|puppy|kitten|black cat|white horse|brown horse|cow|black cow|bull|lamb
goat|pig|donkey|mule|monkey|panda|tiger|lion|bear|polar bear|elephant|giraffe|zebra|kangaroo|rabbit|squirrel|fox|wolf|deer|mouse|rat|hamster
parrot|bird|owl|eagle|seagull|duck|goose|swan|chicken|hen|rooster|peacock|penguin|goldfish|shark|whale|dolphin|turtle|frog|snake|lizard|spider
bee|butterfly|camel|hedgehog|lemur|large brown dog|german shepherd|bulldog|golden retriever""")

# Actions of people: a verb, and the words that may follow it. "-" means no words.
ACTIONS = {
    "play": "the guitar|a guitar|the piano|a flute|the violin|the drums|a trumpet|a keyboard|football|soccer|basketball|tennis|chess|cards|baseball|rugby|hockey|golf|volleyball|a video game|with a ball|with a toy|with a dog|in the sand|in the snow|the harp|the cello|hide and seek|a song|a game",
    "ride": "a horse|a bike|a bicycle|a motorcycle|a skateboard|a bull|a donkey|an elephant|a scooter|a wave|a bus|a train|a camel|through the forest|along the road",
    "cut": "an onion|a tomato|a potato|vegetables|a piece of paper|bread|meat|a cake|garlic|the grass|a carrot|her hair|wood with a saw|a rope|some ginger",
    "slice": "an onion|a tomato|a cucumber|some meat|a potato|bread|garlic|a lemon|cheese|a mushroom|carrots",
    "chop": "onions|herbs|wood|vegetables|a carrot|parsley|garlic",
    "fry": "onions|an egg|fish|meat|potatoes|bacon|mushrooms|rice",
    "cook": "dinner|soup|rice|pasta|meat|an egg|something in a pan|a stew|vegetables|a meal",
    "boil": "water|an egg|potatoes|noodles|shrimp|milk",
    "bake": "a cake|bread|cookies|a pie|an apple tart",
    "stir": "the soup|a pot|the sauce|the batter|the rice|the coffee",
    "mix": "flour and eggs|ingredients in a bowl|the dough|a salad|paint",
    "pour": "water into a glass|oil into a pan|milk into a bowl|wine|tea|sauce over the pasta|coffee",
    "peel": "a potato|an apple|a banana|an orange|shrimp|carrots",
    "add": "salt to the soup|a little pepper|sugar to the tea|oil to the pan|the onions|butter",
    "eat": "an apple|a banana|a sandwich|pizza|breakfast|dinner|ice cream|bread|pasta|grass|a bowl of cereal|a piece of cake|fruit|lunch at a restaurant|with a fork",
    "drink": "water|coffee|milk|beer|tea|wine|from a bottle|juice",
    "read": "a book|a newspaper|a letter|a magazine|a story to the children|the news|a map",
    "write": "a letter|a book|on a blackboard|a poem|in a notebook|a report|an email|a song",
    "carry": "a bag|a box|a child|a basket|water|firewood|a suitcase|a flag|an umbrella|a ladder",
    "hold": "a baby|an umbrella|a sign|a camera|a glass of wine|a cat|a microphone|a sword|hands|a balloon|a flower|a knife",
    "throw": "a ball|a frisbee|a stick|a stone|a spear|snowballs|a knife at a tree",
    "catch": "a ball|a fish|a frisbee|a train|a thief|a wave|a cold",
    "kick": "a ball|a soccer ball|a stone|his opponent",
    "jump": "into the water|over a fence|on a trampoline|off a wall|in the air|rope|into a pool|over a hurdle|from a plane|on the bed",
    "run": "on the beach|through the snow|in a race|across the grass|along the road|up the stairs|after a ball|on a treadmill|through a field|a marathon|away|for the bus",
    "walk": "down the street|along the beach|a dog|through the park|on a rope|in the rain|in the snow|up a hill|across the bridge|home|along the road|in the forest",
    "swim": "in a pool|in the sea|in the lake|across the river|under water|with dolphins",
    "climb": "a tree|a mountain|a rock|a ladder|a wall|the stairs|a rope|a cliff",
    "dance": "on a stage|in the rain|at a wedding|in the street|together|with a partner|around a fire|ballet|-",
    "sing": "a song|on a stage|into a microphone|in a choir|in the shower|to a baby|-",
    "sit": "on a bench|on the floor|at a table|in a chair|on a couch|under a tree|by the window|on a wall|in a boat|in the back of a car|by the fire|on a rock",
    "stand": "on a bridge|in front of a house|in the street|on a hill|in line|on a stage|by the door|in the kitchen|on one leg|near the water|at a bus stop",
    "sleep": "on a couch|in a bed|on the floor|under a tree|in a tent|in a chair|in the sun|all day|-",
    "lie": "on the grass|in bed|on the beach|on a couch|in the snow|to his mother",
    "drive": "a car|a truck|a tractor|a bus|down the road|through the city|to work|home|too fast",
    "wash": "the dishes|a car|her hair|clothes|the windows|a dog|his hands",
    "clean": "the kitchen|the floor|a window|the house|a fish|the stove",
    "paint": "a picture|a wall|a fence|a portrait|her nails|the house",
    "draw": "a picture|a horse|with chalk|a map|on paper",
    "talk": "on the phone|to a friend|to each other|about the weather|to reporters|in a bar|about money",
    "speak": "at a meeting|to a crowd|into a microphone|on television|two languages",
    "watch": "television|a football game|the sunset|the birds|a movie|a parade|the sea|the fire",
    "look": "at a map|out of the window|at a painting|at the camera|into a mirror|at the stars|for a key|through a telescope",
    "open": "a door|a box|a can|a letter|the window|a present|a bottle|a shop",
    "close": "the door|the window|the shop|a book|the gate",
    "build": "a house|a boat|a wall|a sand castle|a snowman|a bridge|a fire",
    "repair": "a car|a bicycle|the roof|a fence|an engine|a clock|a net|shoes",
    "break": "a window|an egg|a glass|the ice|his arm|a stick|a promise",
    "buy": "bread|a ticket|a house|flowers|a new car|vegetables at the market|shares|a coat",
    "sell": "fruit|flowers|old books|fish at the market|a house|shares|tickets",
    "feed": "a baby|the chickens|a dog|the ducks|a horse|a mouse to a snake",
    "hug": "a dog|a child|a friend|a tree|her mother",
    "kiss": "a baby|the bride|his wife|a frog",
    "shoot": "a gun|an arrow|a basketball|at a target|a rifle|a deer",
    "chase": "a ball|a cat|a rabbit|a thief|the bus|a dog|a sheep",
    "pull": "a cart|a rope|a sled|a child in a wagon|a plough|a boat ashore",
    "push": "a cart|a stroller|a car|a button|a wheelbarrow|a child on a swing",
    "fly": "a kite|a plane|over the sea|in the sky|to another country|a helicopter",
    "row": "a boat|across the lake|down the river|in a canoe",
    "sail": "a boat|across the sea|into the harbour|around the world|out of the port",
    "saddle": "a horse|the donkey|his mule",
    "lead": "a horse|a camel|a group of tourists|the way|a donkey along a path",
    "follow": "a path|his master|the road|a map|the music|a guide",
    "wear": "a hat|a red dress|a helmet|a black coat|glasses|a mask|a costume|a uniform|boots|a crown",
    "put": "on makeup|a book on the shelf|meat into a pan|on a coat|a plate on the table|wood on the fire|a baby to bed",
    "brush": "her hair|his teeth|a horse|a dog",
    "comb": "her hair|a cat|his beard",
    "knit": "a scarf|a sweater|socks",
    "sew": "a dress|a button on a shirt|curtains",
    "dig": "a hole|in the garden|a grave|for gold|a well",
    "plant": "a tree|flowers|potatoes|seeds in the garden",
    "pick": "apples|flowers|grapes|berries|a lock|up a coin",
    "wait": "for a bus|for a train|at the station|in the rain|for an answer|in line",
    "smoke": "a cigarette|a pipe|a cigar|outside",
    "laugh": "at a joke|out loud|with friends|-",
    "cry": "at a funeral|in bed|for help|-",
    "fight": "in the street|with swords|in a ring|a fire|each other|with a windmill",
    "lift": "weights|a heavy box|a baby|a car|a stone",
    "exercise": "in a gym|on the beach|with a trainer|-",
    "teach": "a class|children to read|his dog a trick|music|mathematics",
    "study": "for an exam|at the library|the stars|law|a foreign language",
    "pay": "the bill|the rent|in cash|a fine|for dinner",
    "borrow": "a book|money from a friend|a ladder|a car",
    "lose": "a key|his wallet|a game|her way|a glove|money",
    "find": "a key|a coin in the street|a lost dog|a letter in a drawer|the way home|a job",
    "send": "a letter|a message|flowers|a package|an email to a friend",
    "phone": "the police|a doctor|her mother|the office",
    "visit": "a museum|a castle|her grandmother|a friend in hospital|a church|another country",
    "leave": "the house|the room|the city|work early|a tip|the door open",
    "fix": "a leak|a bicycle|a computer|the sink|a broken chair",
    "tie": "his shoes|a knot|a boat to the pier|a rope around a tree|her hair back",
    "water": "the plants|the garden|the flowers|a horse",
    "light": "a candle|a fire|a lamp|a cigarette",
    "ring": "a bell|the doorbell",
    "mend": "a net|the roof|a pair of trousers|a broken helmet",
}
ANIMAL_ACTIONS = {
    "run": "on the beach|through the snow|across a field|through the grass|in the water|along a fence|on the sand|after a ball|away",
    "jump": "over a fence|into the water|through a hoop|in the air|onto a table|over a log",
    "play": "with a ball|in the snow|with a toy|in the water|with another dog|with a string|the piano|in the grass|with a frisbee",
    "swim": "in a pool|in the water|in a river|in a lake|under the ice",
    "sleep": "on a couch|on a bed|in a basket|in the sun|on the floor|in a tree",
    "eat": "grass|a carrot|bamboo|corn|from a bowl|a fish|a mouse|leaves|meat|out of a hand|an apple",
    "drink": "water from a bowl|milk|from a river|from a tap",
    "stand": "in a field|on a rock|in the snow|on its hind legs|in the water|behind a fence|on a branch",
    "sit": "on a chair|on a window sill|in a box|on a branch|on the ground|in front of a door|on a roof",
    "lie": "on the floor|on the grass|in the sun|on its back|on a bed",
    "chase": "a ball|a cat|a mouse|a rabbit|its tail|another animal",
    "catch": "a frisbee|a fish|a ball in its mouth|a mouse|a rat",
    "carry": "a stick in its mouth|a rider|a bone|a heavy load|her young",
    "pull": "a cart|a sled|a plough|a carriage",
    "bark": "at a stranger|at the postman|at a cat|all night|-",
    "walk": "on a rope|along the road|in the snow|through tall grass|on the roof|on a treadmill",
    "look": "out of a window|at a bird|at the camera|for food|over a fence",
    "climb": "a tree|a rope|a wall|onto a roof",
    "fly": "over the water|in the sky|over the trees|away|south",
    "graze": "in a field|on a hill|beside the river|near a barn",
    "bite": "a man|a rope|a dog|a stick",
    "dig": "a hole|in the sand|in the snow|for a bone",
    "hide": "under a bed|in the grass|behind a tree|in a hole",
    "lick": "its paw|a baby|a plate|a window",
    "watch": "television|a bird|the cat|a mouse",
    "open": "a door|a drawer|its mouth",
}
PAST = dict(
    pair.split()
    for pair in items("""ride rode|cut cut|eat ate|drink drank|read read|write wrote|hold held|throw threw|catch caught|run ran|swim swam|sing sang|sit sat
stand stood|sleep slept|lie lay|drive drove|draw drew|speak spoke|build built|break broke|buy bought|sell sold|feed fed|shoot shot|fly flew|lead led
wear wore|put put|dig dug|fight fought|teach taught|pay paid|lose lost|find found|send sent|leave left|light lit|ring rang|bite bit|hide hid
chop chopped|stir stirred|hug hugged|knit knitted|sew sewed|fry fried|carry carried|cry cried|study studied|tie tied|slice sliced""")
)
GERUND = dict(
    pair.split()
    for pair in items("""cut cutting|chop chopping|stir stirring|run running|swim swimming|sit sitting|hug hugging|knit knitting|dig digging|put putting|lie lying|tie tying""")
)
PLACES = items("""in the park|on the beach|in the street|in a field|in the snow|in the rain|at night|at dawn|in the kitchen|in front of a house
near the river|by the lake|on a mountain|in the city|in a village|in the forest|at home|outside|indoors|in the garden|on a stage|in a boat
at the market|on the roof|at school|in a restaurant|in a crowded room|on a sunny day|in the morning|in the evening|after dinner|before the storm
all night|on a wooden floor|in the desert|under a bridge|behind a fence|next to a car|on the grass|in the dark|in winter|in summer|at the station
in a church|in the harbour|at a party|with a friend|alone|slowly|quickly|every Sunday|again|for hours|in the library|in a small town|on the road
in the mountains|at work""")
THINGS = items("""boat|fishing boat|ship|car|red car|old truck|bus|double decker bus|train|steam train|tram|plane|helicopter|bicycle|motorcycle|house
church|castle|bridge|tower|windmill|lighthouse|wooden chair|table|bed|lamp|clock|mirror|window|door|key|book|letter|newspaper|map|bottle
cup of coffee|glass of wine|plate of food|bowl of fruit|loaf of bread|cake|apple|tomato|umbrella|coat|hat|glove|shoe|ring|sword|helmet|violin|guitar
piano|drum|melody|song|tree|flower|rose|garden|forest|field|mountain|river|lake|sea|wave|storm|rain|snow|wind|cloud|sun|moon|star|fire|candle|stone
rope|net|basket|bag|box|ladder|fence|wall|roof|road|street|path|harbour|beach|island|village|market|shop|school|library|hospital|station|ticket
machine|engine|computer|telephone|camera|television|picture|painting|photograph|statue|toy|ball|knife|spoon|pan|pot|oven|soup|onion|salt|rice|bread
cheese|egg|fish|meat|wine|beer|tea|rent|bill|contract|job|meeting|concert|wedding|funeral|game|race|lesson|exam|holiday|journey|dream|secret|promise
mistake|question|program|website|password|battery|phone|printer|medicine|fever|tooth|heart|law|tax|bank account|insurance|university|language|word""")
COLOURS = items("red|blue|green|yellow|black|white|brown|grey|orange|pink|purple|golden|silver|dark|bright")
SIZES = items("big|small|large|little|huge|tiny|old|new|young|tall|short|long|heavy|broken|empty|wooden|beautiful|strange|quiet|loud|wet|dirty|clean|expensive|cheap")
STATES = items("""parked on the street|on the table|on the floor|in the corner|by the window|near the water|on a hill|in the middle of the road
covered with snow|made of wood|made of stone|for sale|on fire|out of order|full of people|full of water|too expensive|very old|almost new|broken|lost
empty|closed on Mondays|open until midnight|at the end of the street|under a tree|against the wall|in the distance|ready|worth a lot of money
late again|hard to find|easy to use|not mine|painted blue|full|cheap|dangerous|wonderful|boring""")
COUNTRIES = items("""China|India|Russia|Ukraine|Syria|Iran|Iraq|Israel|Egypt|Turkey|Pakistan|Afghanistan|Japan|South Korea|North Korea|Germany|France|Italy
Spain|Greece|Britain|Ireland|Poland|the United States|US|UK|EU|UN|NATO|Canada|Mexico|Brazil|Argentina|Venezuela|Cuba|South Africa|Nigeria|Kenya|Somalia
Libya|Lebanon|Saudi Arabia|Yemen|Bangladesh|Indonesia|the Philippines|Vietnam|Thailand|Australia|Sudan|Mali|Algeria|Tunisia|Kuwait|Norway|Sweden
Denmark|Switzerland|Portugal|Nepal|Malaysia""")
CITIES = items("""London|Paris|Berlin|Moscow|Kiev|Damascus|Baghdad|Kabul|Tehran|Cairo|Gaza|Jerusalem|Beirut|Istanbul|Athens|Rome|Madrid|Beijing|Shanghai
Hong Kong|Tokyo|Seoul|Delhi|Mumbai|Karachi|New York|Washington|Chicago|Boston|Los Angeles|San Francisco|Texas|Florida|California|Sydney|Nairobi|Lagos
Johannesburg|Bangkok|Manila|Dublin|Brussels|Vienna|Geneva|Bogota|Caracas|Aleppo|Homs""")
SURNAMES = items("""Smith|Johnson|Brown|Miller|Davis|Wilson|Anderson|Taylor|Moore|Martin|Lee|Thompson|White|Harris|Clark|Lewis|Walker|Hall|Young|King
Wright|Green|Baker|Adams|Nelson|Mitchell|Obama|Bush|Clinton|Putin|Merkel|Mandela|Lincoln|Churchill|Gandhi|Kennedy""")
COMPANIES = items("""Microsoft|Apple|Google|IBM|Intel|Oracle|Ford|Boeing|Sony|Samsung|Nokia|Amazon|the company|the bank|the airline|the carmaker
the retailer|the drug maker|the phone company|the oil company""")
OFFICIALS = items("""president|prime minister|foreign minister|defence minister|police chief|army|government|parliament|supreme court|opposition leader
central bank|spokesman|rebels|militants|protesters|police|officials|prosecutors|lawyers|voters|union|senator|governor|pope|ambassador
former president|health minister|judge|witnesses|scientists""")
EVENTS = items("""bomb attack|suicide bombing|car bomb|explosion|plane crash|train crash|bus accident|earthquake|flood|fire|shooting|air strike|clash
landslide|ferry accident|storm|hurricane|avalanche|riot|mine collapse|drone strike|gas explosion|stampede|building collapse|heat wave|typhoon""")

SCENES = items("""{A} {person} is {acting}.|{A} {person} is {acting} {place}.|The {person} is {acting}.|{A} {person} {acts}.|{A} {person} {acts} {place}.|The {person} {acted}.
The {person} {acted} {place}.|{A} {person} {acting}|{A} {person} {acting} {place}|{Plural} are {acting}.|{Plural} are {acting} {place}.|{Plural} {acting}|{Plural} {act} {place}.
{A} {person} is {acting} and {A2} {person2} is {acting2}.|{A} {person} is not {acting}.|Nobody is {acting}.|There is no {person} {acting}.|{A} {person} and {a2} {person2} are {acting}.
The {person} is {acting} while {a2} {person2} watches.|{A} {person} is about to {act}.|The {person} stopped {acting}.|{A} {person} {acting} with {a2} {animal}.|The {person} and his {animal} {acted} {place}.
{A} {animal} is {animal_acting}.|{A} {animal} is {animal_acting}.|{A} {animal} is {animal_acting} {place}.|The {animal} {animal_acts}.|{A} {animal} {animal_acting}|{A} {animal} {animal_acting} {place}|The {animal} {animal_acted} {place}.
{A} {animal} and {a2} {animal2} are {animal_acting}.|{A} {person} is watching {a2} {animal} {animal_acting}.|{A} {animal} is {animal_acting} next to {a2} {person}.|{A} {colour} {thing} {state}.|{A} {thing} and {a2} {thing2} {state}.""")
NEWS = items("""{n} killed in {event} in {city}|{Event} kills {n} in {country}|At least {n} dead after {event} in {country}|{n} injured in {event} near {city}
{country} {official} visits {country2}|{country} and {country2} sign trade deal|{country} rejects {country2} offer of talks|{country} warns {country2} over nuclear programme
{country} denies role in {event}|{Official} resigns in {country}|{country} elects new president|{country} votes in election|{country} votes to leave the union|Thousands protest in {city}
{country} {official} calls for peace|{country} {official} urges ceasefire|{country} {official} arrested|{country} to send troops to {country2}|{country} withdraws troops from {country2}
{country} beat {country2} to win the cup|{country} economy grows {n} percent|{country} economy shrinks|{country} raises interest rates|{company} cuts {n} jobs
{company} to buy rival for ${n} million|{company} profit rises {n} percent|{company} profit falls {n} percent|{company} shares drop {n} percent|{company} shares close higher
{company} unveils new phone|{company} recalls {n} cars|Stocks end lower on Wall Street|Oil prices rise to ${n} a barrel|Gold falls as dollar gains|{surname} wins election
{surname} loses vote|{surname} says he will not resign|{surname} found guilty of murder|{surname} sentenced to {n} years in prison|{surname} released from hospital
{surname} dies aged {n}|{surname} meets {surname2} in {city}|{surname} visits {country}|{surname} cancels trip to {country}|{city} {official} says {n} missing after {event}
Police arrest {n} in {city}|Police search for missing girl in {city}|Court upholds ban on {thing}|{country} marks anniversary of {event}|{country} plane disappears with {n} on board
{country} tests missile|{country} frees {n} prisoners|{country} expels {country2} diplomats|{country} closes border with {country2}|US soldiers killed in {city}
Shares of {company} rose {n} percent to ${n2} on Tuesday.|Shares of {company} fell {n} cents, or {n2} percent.|The {official} said on Friday that {n} people had died in the {event}.
{surname}, the {official}, said the decision would be made next week.|{surname} said he was disappointed with the decision.|The {official} declined to comment on the report.
{company} said it expects revenue of ${n} billion this year.|The Dow Jones industrial average rose {n} points, or {n2} percent.|The Nasdaq composite index lost {n} points.
{company} reported a loss of ${n} million in the third quarter, compared with a profit of ${n2} million a year earlier.|The {event} happened at about {n} o'clock in the morning near {city}.
A spokesman for {company} said the company would appeal.|Police said {surname}, {n}, was charged with murder.|The bill passed the Senate by {n} to {n2}.
The study found that {n} percent of patients recovered.|The new drug reduced the risk of heart attack by {n} percent, researchers said.|More than {n} people were evacuated after the {event}.
The jury found {surname} guilty on all counts.|{surname} was born in {city} in 19{n}.|{surname} scored {n} goals as {city} won.|Troops from {country} entered {city} on Monday.
The {official} accused {country} of supporting the {official2}.|Talks between {country} and {country2} ended without agreement.|The capital of {country} is {city}.""")
TALK = items("""How do I {act}?|How can I {act} without help?|What is the best way to {act}?|Can you {act} with {a} {thing}?|Should I {act} or not?|Why does my {animal} {animal_act}?
Where can I buy {a} {thing}?|How much does {a} {thing} cost?|What is the difference between {a} {thing} and {a2} {thing2}?|Is it safe to {act}?|I want to {act}.|I would like to {act}.
You should {act}.|You should not {act}.|You don't need to {act}.|It is a good idea to {act}.|I think it is a bad idea to {act}.|I don't know how to {act}.|You can {act} if you want.
My {person} likes to {act}.|My {person} hates to {act}.|It depends on the {thing}.|It depends on what you want to do with the {thing}.|I have {a} {thing} and {a2} {thing2}.
I had the same problem with my {thing}.|I would not buy {a} {thing}.|You will need {a} {thing} and {a2} {thing2}.|Take the {thing} and {act}.|First {act}, then {act2}.|Do not {act} before you {act2}.
Please {act}.|Never {act} when you are tired.|The {thing} is {state}.|The {size} {thing} is {state}.|There is {a} {thing} {state}.|{A} {size} {thing} {state}.|My {thing} is {state}.|The {thing} and the {thing2} are {state}.
The {person} forgot the {thing}.|The {person} lost his {thing}.|The {person} gave the {thing} to the {person2}.|The {person} told the {person2} to {act}.|The {person} wanted to {act} but could not.
Nobody knew where the {thing} was.|The {thing} belongs to the {person}.|The {person} dreamed of {a} {thing}.|Someone has stolen the {thing}.|A close up of {a} {thing}.|{A} {thing} next to {a2} {thing2}.|{A} {thing} with {a2} {colour} {thing2}.
The {thing} was built in 18{n}.|The {person} paid {n} dollars for the {thing}.|The {thing} costs {n} euros a month.|The {thing} opens at {n} o'clock.|The {person} is {n} years old.
The {person} was happy about the {thing}.|The {person} was angry about the {thing}.|The {person} was afraid of the {animal}.|{A} {thing} is used to {act}.|how to {act}|{thing}, {thing2}|{acting} {place}
The last {thing} leaves before midnight.|We are looking for a {person} who can {act}.|Thank you for the {thing}.|I am sorry about the {thing}.|The {thing} will be closed for repairs.|the history of the {thing}|a poem about {a} {thing}
{person} and {animal}|{a} {person} who likes to {act}|{a} {size} {thing}|{a} {colour} {thing}|{state}|{place}""")
