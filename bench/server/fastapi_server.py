"""sentence-transformers behind FastAPI, as its users write it: python fastapi_server.py MODEL PORT"""

import sys

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sentence_transformers import SentenceTransformer

model = SentenceTransformer(sys.argv[1], device="cpu")
app = FastAPI()


class EmbedRequest(BaseModel):
    inputs: str | list[str]


@app.post("/embed")
def embed(request: EmbedRequest) -> list[list[float]]:
    texts = [request.inputs] if isinstance(request.inputs, str) else request.inputs
    return model.encode(texts, normalize_embeddings=True, show_progress_bar=False).tolist()


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
