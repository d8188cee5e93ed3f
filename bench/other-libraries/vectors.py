"""Reads a request of other-libraries.mjs from stdin, and prints the vectors of a Python library as JSON."""

import json
import sys

from importlib.metadata import version


def with_sentence_transformers(directory: str):
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(directory, device="cpu")
    return lambda texts: model.encode(texts, normalize_embeddings=True)


def with_transformers(directory: str):
    import torch
    import torch.nn.functional as F
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(directory)
    model = AutoModel.from_pretrained(directory).eval()

    @torch.inference_mode()
    def embed(texts: list[str]):
        inputs = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
        mask = inputs["attention_mask"].unsqueeze(-1)
        sums = (model(**inputs).last_hidden_state * mask).sum(1)
        return F.normalize(sums / mask.sum(1), dim=1)

    return embed


def with_fastembed(directory: str):
    from fastembed import TextEmbedding
    from fastembed.common.model_description import ModelSource, PoolingType

    # The model "sentence-transformers/all-MiniLM-L6-v2" of fastembed has these settings, with an ONNX file of its own.
    TextEmbedding.add_custom_model(
        model="exported",
        pooling=PoolingType.MEAN,
        normalization=True,
        sources=ModelSource(hf="exported"),
        dim=384,
        model_file="onnx/model.onnx",
    )
    model = TextEmbedding("exported", specific_model_path=directory)
    return lambda texts: list(model.embed(texts))


request = json.load(sys.stdin)
systems = {
    "sentence-transformers": with_sentence_transformers,
    "transformers": with_transformers,
    "fastembed": with_fastembed,
}
name = request["system"]["package"]
embed = systems[name](request["directory"])
vectors = {
    call: [vector.tolist() for texts in lists for vector in embed(texts)] for call, lists in request["calls"].items()
}
print(json.dumps({"version": f"{name} {version(name)}", "vectors": vectors}))
