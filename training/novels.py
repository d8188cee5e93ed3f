"""Sentences and passages from Jane Austen's six novels, which are in the public domain."""

import random
import re
import zlib
from pathlib import Path

STRING = re.compile(rb"\x00[\x00\x04\x08]\x00\x09(....)", re.DOTALL)  # in R's serialisation: flags and kind, then the length


def novels(folder: Path):
    """The text of each novel. Rdata.rdb is a sequence of R objects: four bytes with the length, then a zlib stream."""
    stored = (folder / "usr/lib/R/site-library/janeaustenr/data/Rdata.rdb").read_bytes()
    while stored:
        stream = zlib.decompressobj()
        data = stream.decompress(stored[4:])
        stored = stream.unused_data
        strings = ((match.end(), int.from_bytes(match[1])) for match in STRING.finditer(data))
        yield "\n".join(data[start : start + length].decode("utf-8") for start, length in strings if length < 200)


def novel_texts(folder: Path, generator: random.Random):
    paragraphs = (" ".join(part.split()) for novel in novels(folder) for part in re.split(r"\n\s*\n", novel))
    for paragraph in paragraphs:
        sentences = re.split(r"(?<=[.!?;])\s+(?=[\"A-Z])", paragraph.replace("_", ""))
        if len(sentences) > 3 and generator.random() < 0.5:
            yield " ".join(sentences[: generator.randint(3, 10)])
        else:
            yield from (sentence for sentence in sentences if 20 < len(sentence) < 240)
