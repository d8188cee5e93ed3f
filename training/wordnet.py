"""Texts from WordNet 3.0: definitions, example sentences and words."""

import random
import re
from pathlib import Path

FOLDER = Path("/usr/share/wordnet")  # Debian: wordnet-base
EXAMPLE = re.compile(r'"([^"]{8,})"')
RARE_NOUNS = 0.45  # share that is kept of the nouns that never occur in WordNet's tagged texts: genera, chemicals, villages


def synsets():
    """(part of speech, words, definition, examples) of each set of synonyms."""
    for part in ("noun", "verb", "adj", "adv"):
        for line in (FOLDER / f"data.{part}").read_text("latin-1").splitlines():
            if line.startswith(" "):
                continue  # line of the licence
            data, gloss = line.split(" | ", 1)
            fields = data.split(" ")
            words = [re.sub(r"\(.*\)", "", word).replace("_", " ") for word in fields[4 : 4 + 2 * int(fields[3], 16) : 2]]
            definition = EXAMPLE.sub("", gloss).split(';  ')[0].strip(" ;")
            yield part, words, definition, EXAMPLE.findall(gloss)


def used_words():
    """The words in WordNet's sense-tagged texts, with their counts."""
    counts = {}
    for line in (FOLDER / "cntlist.rev").read_text("latin-1").splitlines():
        key, _, count = line.split(" ")
        word = key.split("%")[0].replace("_", " ")
        counts[word] = counts.get(word, 0) + int(count)
    return counts


def wordnet_texts(generator: random.Random):
    counts = used_words()
    for part, words, definition, examples in synsets():
        yield from (example.strip() for example in examples)
        used = any(word.lower() in counts for word in words)
        if part == "noun" and not used and generator.random() > RARE_NOUNS:
            continue
        yield f"{words[0]}: {definition}" if generator.random() < 0.5 else definition
        if used:
            yield ", ".join(words[:3]) if generator.random() < 0.4 else generator.choice(words)


def wordnet_passages(generator: random.Random, share: float):
    """Texts of several sentences, each from adjacent sets of synonyms in WordNet, which are about one subject."""
    passage, size = [], 0
    for part, words, definition, examples in synsets():
        if part == "noun" and not examples:
            continue
        passage.append(" ".join(f"{text[0].upper()}{text[1:]}." for text in [f"{words[0]} is {definition}" if part == "noun" else definition, *examples]))
        if len(passage) > size:
            if generator.random() < share:
                yield " ".join(passage)
            passage, size = [], generator.randint(1, 7)
