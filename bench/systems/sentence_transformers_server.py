"""sentence-transformers with the checkpoint's files. Answers the same requests as compare/serve.mjs."""

import json
import os
import resource
import sys
import time


def main() -> None:
    # Output of libraries must not mix with the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    system = System()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(system, request["do"])(request)
        except Exception as error:  # The caller decides what a failure means.
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps({**answer, "peakMb": peak_megabytes()}), file=answers, flush=True)


class System:
    def start(self, request: dict) -> dict:
        options = request["options"]
        start = time.perf_counter()
        import torch
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.models import Pooling, Transformer

        torch.set_num_threads(options["threads"])
        encoder = Transformer(request["directory"], max_seq_length=512)
        pooling = Pooling(encoder.get_word_embedding_dimension(), pooling_mode="mean")
        dtype = {"fp32": torch.float32, "bf16": torch.bfloat16}[options["dtype"]]
        self.model = SentenceTransformer(modules=[encoder, pooling], device="cpu").to(dtype)
        self.batch_size = options["batchSize"]
        loaded = time.perf_counter()
        self.encode([request["text"]])
        return {"loadMs": 1e3 * (loaded - start), "firstVectorMs": 1e3 * (time.perf_counter() - start)}

    def embed(self, request: dict) -> dict:
        with open(request["file"], encoding="utf-8") as file:
            texts = json.load(file)[: request["count"]]
        start = time.perf_counter()
        vectors = self.encode(texts)
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "vectors": [vector.tolist() for vector in vectors[:8]]}

    def time(self, request: dict) -> dict:
        milliseconds = []
        for text in request["texts"]:
            start = time.perf_counter()
            self.encode([text])
            milliseconds.append(1e3 * (time.perf_counter() - start))
        return {"milliseconds": milliseconds}

    def encode(self, texts: list[str]):
        return self.model.encode(texts, batch_size=self.batch_size, show_progress_bar=False)


def peak_megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


if __name__ == "__main__":
    main()
