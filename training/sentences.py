"""Generates texts from the frames of words.py with seeded random words, and variants of each that differ in one word."""

import random
import re

import words

SLOT = re.compile(r"\{(\w+)\}")
VARIANTS = 2  # variants of each sentence that differ in one word


def third_person(verb: str) -> str:
    if re.search(r"(s|x|ch|sh)$", verb):
        return verb + "es"
    return verb[:-1] + "ies" if re.search(r"[^aeiou]y$", verb) else verb + "s"


def gerund(verb: str) -> str:
    return words.GERUND.get(verb) or (verb[:-1] + "ing" if re.search(r"[^e]e$", verb) else verb + "ing")


def past(verb: str) -> str:
    return words.PAST.get(verb) or (verb + "d" if verb.endswith("e") else verb + "ed")


def article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"


def choose_action(actions, generator):
    verb = generator.choice(list(actions))
    rest = generator.choice(actions[verb].split("|"))
    return verb, "" if rest == "-" else f" {rest}"


def choose(slot: str, generator: random.Random):
    """A value for a slot. The slot is named without its number."""
    lists = {
        "person": words.PERSONS, "plural": words.PLURALS, "animal": words.ANIMALS, "thing": words.THINGS, "place": words.PLACES, "colour": words.COLOURS,
        "size": words.SIZES, "state": words.STATES, "country": words.COUNTRIES, "city": words.CITIES, "surname": words.SURNAMES, "company": words.COMPANIES,
        "official": words.OFFICIALS, "event": words.EVENTS,
    }  # fmt: skip
    if slot == "n":
        return str(generator.choice([generator.randint(2, 20), generator.randint(20, 99), generator.randint(2, 9)]))
    if slot == "action":
        return choose_action(words.ACTIONS, generator)
    if slot == "animal_action":
        return choose_action(words.ANIMAL_ACTIONS, generator)
    return generator.choice(lists[slot])


FORMS = {"act": str, "acts": third_person, "acting": gerund, "acted": past}


def content_slot(slot: str):
    """The slot whose value a name in a frame uses, and the grammatical form of the value."""
    name, number = re.fullmatch(r"(\w+?)(2?)", slot).groups()
    name = name.lower()
    if name.removeprefix("animal_") in FORMS:
        prefix = "animal_" if name.startswith("animal_") else ""
        return f"{prefix}action", number, FORMS[name.removeprefix("animal_")]
    return name, number, None


def values_of(frame: str, generator):
    slots = dict.fromkeys(content_slot(slot)[:2] for slot in SLOT.findall(frame))
    return {name + number: choose(name, generator) for name, number in slots if name != "a"}


def fill(frame: str, values) -> str:
    def value(match):
        name, number, form = content_slot(match[1])
        if name == "a":
            following = SLOT.search(frame, match.end())
            text = article(fill(following[0], values))
        elif form:
            verb, rest = values[name + number]
            text = form(verb) + rest
        else:
            text = values[name + number]
        return text[0].upper() + text[1:] if match[1][0].isupper() else text

    return SLOT.sub(value, frame)


def generated_texts(generator: random.Random, count: int):
    frames = [words.SCENES, words.SCENES, words.NEWS, words.TALK]
    for _ in range(count):
        kind = generator.choice(frames)
        frame = generator.choice(kind)
        values = values_of(frame, generator)
        text = fill(frame, values)
        yield text
        for _ in range(VARIANTS if values else 0):
            changed = generator.choice(list(values))
            yield fill(frame, {**values, changed: choose(changed.removesuffix("2"), generator)})


def generated_passages(generator: random.Random, count: int):
    """Three to twelve sentences about the same people and things."""
    for _ in range(count):
        frames = [frame for frame in generator.choice([words.SCENES, words.NEWS, words.TALK, words.SCENES + words.TALK]) if frame[-1] in ".?"]
        chosen = generator.sample(frames, generator.randint(3, 12))
        yield fill(" ".join(chosen), values_of(" ".join(chosen), generator))
