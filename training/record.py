"""Records sentence-transformers' vectors of the demo's texts with the trained checkpoint, for test/trained-model.test.ts.

    python3 training/record.py
"""

import json
from importlib.metadata import version
from pathlib import Path

from sentence_transformers import SentenceTransformer

ROOT = Path(__file__).parent.parent
TEXTS = ROOT / "examples/texts"

texts = [*(TEXTS / "sentences.txt").read_text("utf-8").splitlines(), (TEXTS / "don-quixote.txt").read_text("utf-8")]
vectors = SentenceTransformer(str(ROOT / "models/bert-embed-small-en"), device="cpu").encode(texts)
lines = ",\n".join(json.dumps({"text": text, "vector": [float(f"{value:.8g}") for value in vector]}) for text, vector in zip(texts, vectors, strict=True))
recorded = {name: version(name) for name in ("sentence-transformers", "transformers", "torch")}
(ROOT / "test/fixtures/trained-model.json").write_text(f'{{"madeWith": {json.dumps(recorded)}, "texts": [\n{lines}\n]}}\n', "utf-8")
