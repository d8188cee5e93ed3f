"""Writes the corpus: CACHE/NAME.txt with one text per line, for each source.

    python3 corpus.py CACHE NOVELS

NOVELS is the folder into which the package r-cran-janeaustenr was unpacked.
"""

import random
import sys
from pathlib import Path

from novels import novel_texts
from sentences import generated_passages, generated_texts
from wordnet import wordnet_passages, wordnet_texts

SEED = 13
# Texts of each source. Two busy cores embed them in half an hour.
LIMITS = {"wordnet": 90_000, "generated": 75_000, "novels": 2_000, "passages": 2_000}


def write(cache: Path, name: str, texts):
    unique = [text for text in dict.fromkeys(" ".join(text.split()) for text in texts) if text]
    random.Random(SEED).shuffle(unique)
    del unique[LIMITS[name] :]
    (cache / f"{name}.txt").write_text("\n".join(unique) + "\n", "utf-8")
    print(name, len(unique), "texts", sum(map(len, unique)), "characters")


def main(cache: Path, novels: Path):
    cache.mkdir(parents=True, exist_ok=True)
    write(cache, "wordnet", wordnet_texts(random.Random(SEED)))
    write(cache, "generated", generated_texts(random.Random(SEED), 40_000))
    write(cache, "novels", novel_texts(novels, random.Random(SEED)))
    generator = random.Random(SEED)
    write(cache, "passages", [*wordnet_passages(generator, 0.2), *generated_passages(generator, 2_000)])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
