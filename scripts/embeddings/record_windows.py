"""Writes test/fixtures/embeddings/windows.json: the Rust tokenizer's windows of long texts, and the mean of their vectors.

    python3 scripts/embeddings/record_windows.py    # needs scripts/fixtures/requirements.txt

Encoding.truncate cuts the whole text's tokens into windows with a stride. [CLS], the prompt's tokens and [SEP] are then added
to each window. (return_overflowing_tokens is not a reference: tokenizers 0.23 stops reading a text when one window is full, and
loses the rest.) The vectors of the windows are averaged, weighted by their numbers of tokens.
"""

import sys
from pathlib import Path

import torch

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts/fixtures"))
from reference import encode_floats, load, pool, run, write_json  # noqa: E402

CHECKPOINT = ROOT / "test/fixtures/checkpoints/bert-small-untrained"
CORPUS = (ROOT / "test/fixtures/text/corpus.txt").read_text(encoding="utf-8")
POOLING_MODES = ["cls", "mean", "max"]

CASES = [
    # Characters of the corpus, tokens per window, overlap, prompt.
    (len(CORPUS), 512, 63, ""),
    (len(CORPUS), 512, 0, ""),
    (700, 32, 3, ""),
    (700, 32, 29, ""),
    (700, 33, 16, "query: "),
    (120, 8, 0, "The squire said: "),
    (40, 64, 7, ""),
]


def main() -> None:
    model, tokenizer, _ = load(CHECKPOINT)
    cases = [window_case(model, tokenizer, *case) for case in CASES]
    write_json(ROOT / "test/fixtures/embeddings/windows.json", cases)


def window_case(model, tokenizer, characters: int, max_length: int, overlap: int, prompt: str):
    prompt_ids = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    rust = tokenizer.backend_tokenizer
    rust.no_truncation()
    encoding = rust.encode(CORPUS[:characters], add_special_tokens=False)
    encoding.truncate(max_length - 2 - len(prompt_ids), stride=overlap)
    first, last = tokenizer.cls_token_id, tokenizer.sep_token_id
    windows = [[first, *prompt_ids, *part.ids, last] for part in [encoding, *encoding.overflowing]]
    vectors = {mode: [] for mode in POOLING_MODES}
    for ids in windows:
        features = {"input_ids": torch.tensor([ids]), "attention_mask": torch.ones(1, len(ids), dtype=torch.int64)}
        hidden = run(model, features)
        for mode in POOLING_MODES:
            vectors[mode].append(pool(hidden, features["attention_mask"], mode)[0])
    weights = torch.tensor([len(ids) for ids in windows], dtype=torch.float64)[:, None]
    mean = lambda rows: (torch.stack(rows).double() * weights).sum(dim=0) / weights.sum()  # noqa: E731
    means = {mode: mean(rows) for mode, rows in vectors.items()}
    return {
        "characters": characters,
        "maxLength": max_length,
        "overlap": overlap,
        "prompt": prompt,
        "windows": windows,
        "pooled": {mode: encode_floats(vector.float()) for mode, vector in means.items()},
        "normalizedMean": encode_floats(torch.nn.functional.normalize(means["mean"], dim=0).float()),
    }


if __name__ == "__main__":
    main()
