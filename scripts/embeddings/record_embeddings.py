"""Writes test/fixtures/embeddings: results of sentence-transformers' utilities for seeded vectors.

    python3 scripts/embeddings/record_embeddings.py    # needs scripts/fixtures/requirements.txt

quantized.json is from quantize_embeddings, search.json from semantic_search, encoded.json from encode with a checkpoint of the tests.
"""

import base64
import json
import logging
import warnings
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer, util
from sentence_transformers.util.quantization import quantize_embeddings

FIXTURES = Path(__file__).parents[2] / "test/fixtures"
TARGET = FIXTURES / "embeddings"
PRECISIONS = ["float32", "int8", "uint8", "binary", "ubinary"]


def main() -> None:
    logging.disable()  # It would warn about ranges from few vectors.
    warnings.simplefilter("ignore")  # NumPy would warn about the cast of NaN.
    random = np.random.default_rng(20260714)
    normal = lambda *shape: random.standard_normal(shape, dtype=np.float32)  # noqa: E731

    plain = normal(40, 12)
    constant = normal(6, 9)
    constant[:, 2] = 0.25
    special = normal(5, 8)
    special[0] = [0, -0.0, 1e-45, -1e-45, np.inf, -np.inf, np.nan, 3e38]
    ranges32 = np.stack([normal(12) - 2, normal(12) + 2]).astype(np.float32)
    ranges64 = random.uniform(-1.5, 1.5, (2, 12))
    ranges64.sort(axis=0)
    # Values on the borders of steps, where float32 and float64 arithmetic choose different steps.
    steps = (ranges32[1] - ranges32[0]) / 255
    borders = (ranges32[0] + np.arange(256, dtype=np.float32)[:, None] * steps).astype(np.float32)

    cases = [
        case("own ranges", plain),
        case("a width that fills no byte", normal(4, 3)),
        case("one value", normal(5, 1)),
        case("a dimension that is constant", constant),
        case("values that are no numbers", special, ranges=np.array([[-1] * 8, [1] * 8], dtype=np.float32)),
        case("ranges in float32", plain, ranges=ranges32),
        case("ranges in float64", plain, ranges=ranges64),
        case("borders of steps, ranges in float32", borders, ranges=ranges32),
        case("borders of steps, ranges in float64", borders, ranges=ranges32.astype(np.float64)),
        case("calibration", plain[:7], calibration=normal(50, 12)),
        case("many", normal(30, 100), calibration=normal(120, 100)),
    ]
    TARGET.mkdir(exist_ok=True)
    write_json("quantized.json", cases)
    write_json("encoded.json", encoded())
    write_json("search.json", search(normal(5, 16), normal(150, 16)))


def case(name: str, vectors: np.ndarray, ranges: np.ndarray | None = None, calibration: np.ndarray | None = None):
    quantized = {
        precision: quantize_embeddings(vectors, precision, ranges=ranges, calibration_embeddings=calibration)
        for precision in PRECISIONS
    }
    return {
        "name": name,
        "dimension": vectors.shape[1],
        "vectors": encode(vectors),
        "ranges": None if ranges is None else {"dtype": str(ranges.dtype), "data": encode(ranges)},
        "calibration": None if calibration is None else encode(calibration),
        "quantized": {precision: encode(values) for precision, values in quantized.items()},
    }


def search(queries: np.ndarray, corpus: np.ndarray):
    """The nine best hits for each similarity, and for packed bits, which are rescored by their product with the query."""
    functions = {
        "cosine": util.cos_sim,
        "dot": util.dot_score,
        "euclidean": util.euclidean_sim,
        "manhattan": util.manhattan_sim,
    }
    bits = np.unpackbits(quantize_embeddings(corpus, "ubinary"), axis=-1).astype(int)
    products = np.einsum("ij,kj->ik", queries, bits)
    return {
        "dimension": queries.shape[1],
        "queries": encode(queries),
        "corpus": encode(corpus),
        "hits": {
            name: util.semantic_search(queries, corpus, top_k=9, score_function=function)
            for name, function in functions.items()
        },
        "bitsRescored": np.argsort(-products)[:, :9].tolist(),
    }


def encoded():
    """Vectors truncated to 12 values, normalised again and quantised, in this order, as in encode."""
    directory = FIXTURES / "checkpoints/sentence-transformers-new"
    model = SentenceTransformer(str(directory), device="cpu", model_kwargs={"attn_implementation": "eager"})
    texts = json.loads((directory / "reference.json").read_text(encoding="utf-8"))["texts"]
    options = {"truncate_dim": 12, "normalize_embeddings": True}
    vectors = model.encode(texts, **options)
    ranges = np.array([[-0.7] * 12, [0.7] * 12], dtype=np.float32)
    # Values must not be so close to a border that another runtime rounds them to a different step.
    steps = (vectors - ranges[0]) / ((ranges[1] - ranges[0]) / 255)
    assert np.abs(vectors).min() > 1e-4 and np.abs(steps - np.round(steps)).min() > 1e-3
    return {
        "texts": texts,
        "truncateDim": 12,
        "ranges": ranges.tolist(),
        "quantized": {
            **{name: encode(model.encode(texts, precision=name, **options)) for name in ["binary", "ubinary"]},
            # encode() has no option for ranges.
            **{name: encode(quantize_embeddings(vectors, name, ranges=ranges)) for name in ["int8", "uint8"]},
        },
    }


def write_json(name: str, value) -> None:
    (TARGET / name).write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


def encode(values: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()


if __name__ == "__main__":
    main()
