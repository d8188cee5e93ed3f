"""Writes test/fixtures/published: sentence-transformers' ids and vectors of some texts with published checkpoints.

    python3 scripts/published/record.py [FOLDER]    # needs scripts/fixtures/requirements.txt

FOLDER has the checkpoints by name. The default is `.published`, the folder of fetch-models.mjs.
texts.json has the texts: sentences like those the models were trained on, and odd texts. NAME.json has the token ids of all
texts, and the vectors of the first ones of each kind.
"""

import base64
import json
import re
import sys
from pathlib import Path

import numpy as np
import sentence_transformers
import tokenizers
import torch
import transformers
from sentence_transformers import SentenceTransformer

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "test/fixtures/published"

# Number of recorded vectors of each kind: about 100 KB per model.
VECTORS = {"all-MiniLM-L6-v2": 24, "all-mpnet-base-v2": 12}

ODD = [
    "",
    " \t\n ",
    "lighthouse",
    "Fish 🐟 and chips 🍟, please! 👩‍👩‍👧 🇫🇷",
    "東京の夜は静かだ。",
    "Crème brûlée à l'été, naïve façade",
    "cafe\u0301 re\u0301sume\u0301",
    "https://example.org/path?query=1&other=two#part",
    "[CLS] a text with [MASK] and [SEP] inside",
    "x" * 150,
    "我们明天早上去海边。",
    "서울의 아침은 바쁘다",
    "Η ΟΔΟΣ ΤΗΣ ΘΑΛΑΣΣΗΣ",
    "Море сегодня спокойное.",
    "صباح الخير",
    "STOP SHOUTING AT ME",
    "for (let i = 0; i < n; i++) sum += values[i]",
    "the the the the the the the the",
    "zero\u200bwidth\u00a0and\u00adsoft",
    "...!?;:---",
    "👍🏽",
    "42",
    "a",
]


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / ".published"
    corpus = (ROOT / "test/fixtures/text/corpus.txt").read_text(encoding="utf-8")
    found = re.findall(r"\S[^.!?]*[.!?]+", corpus)
    # Longer than the limits of the two models, 256 and 384 tokens.
    long = [" ".join(corpus.split()[:300]), " ".join(corpus.split()[300:900])]
    texts = {
        "odd": [*long, *ODD, *(text for text in found if not is_sentence(text))],
        "sentences": [text for text in found if is_sentence(text)],
    }
    TARGET.mkdir(exist_ok=True)
    write("texts.json", texts)
    for name, count in VECTORS.items():
        write(f"{name}.json", record(folder / name, texts, count))


def is_sentence(text: str) -> bool:
    """Whether a text has several words, all in English."""
    return text.isascii() and len(re.findall(r"[A-Za-z]{2,}", text)) >= 4


def record(directory: Path, texts: dict[str, list[str]], count: int) -> dict:
    torch.set_num_threads(1)
    model = SentenceTransformer(str(directory), device="cpu")

    def of(texts: list[str]) -> dict:
        vectors = model.encode(texts[:count], batch_size=1, convert_to_numpy=True)
        assert vectors.dtype == np.float32
        return {
            "ids": [model.preprocess([text])["input_ids"][0].tolist() for text in texts],
            "vectors": base64.b64encode(vectors.astype("<f4").tobytes()).decode(),
        }

    modules = (sentence_transformers, transformers, torch, tokenizers)
    return {
        "versions": {module.__name__: module.__version__ for module in modules},
        "dimension": model.get_embedding_dimension(),
        **{kind: of(of_kind) for kind, of_kind in texts.items()},
    }


def write(name: str, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    (TARGET / name).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
