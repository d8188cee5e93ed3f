"""Measures a checkpoint with sentence-transformers: STS-B's Spearman correlation times 100, and the six sentences of the demo.

    python3 evaluate.py MODEL stsb-en-dev.csv stsb-en-test.csv

The sets are not in this repository; a row is sentence1,sentence2,score.
"""

import csv
import sys
from pathlib import Path

import numpy as np
import torch
from scipy.stats import spearmanr

DEMO = (Path(__file__).parent.parent / "examples/texts/sentences.txt").read_text("utf-8").splitlines()


def pairs_of(path: Path):
    with open(path, encoding="utf-8", newline="") as file:
        return [(first, second, float(score)) for first, second, score in csv.reader(file)]


def spearman(pairs, embed) -> float:
    first, second, scores = zip(*pairs, strict=True)
    cosines = (embed(list(first)) * embed(list(second))).sum(1)
    return 100 * spearmanr(cosines, scores).statistic


def student_vectors(student, tokenizer):
    """Returns a function from texts to normalised vectors, for a student during training."""

    def embed(texts):
        ids = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
        vectors = np.zeros((len(texts), student.config.hidden_size), np.float32)
        order = sorted(range(len(ids)), key=lambda index: len(ids[index]))
        for start in range(0, len(order), 64):
            batch = order[start : start + 64]
            longest = max(len(ids[index]) for index in batch)
            tokens = torch.tensor([ids[index] + [0] * (longest - len(ids[index])) for index in batch])
            mask = torch.tensor([[1] * len(ids[index]) + [0] * (longest - len(ids[index])) for index in batch])
            with torch.inference_mode():
                hidden = student(tokens, mask).last_hidden_state * mask.unsqueeze(-1)
            vectors[batch] = torch.nn.functional.normalize(hidden.sum(1)).numpy()
        return vectors

    return embed


def main(model: str, *sets: str):
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(model, device="cpu")

    def embed(texts):
        return encoder.encode(texts, normalize_embeddings=True)

    for path in sets:
        print(Path(path).stem, f"{spearman(pairs_of(path), embed):.2f}")
    vectors = embed(DEMO)
    print(np.round(vectors @ vectors.T, 2))


if __name__ == "__main__":
    main(*sys.argv[1:])
