"""The student: its vocabulary, its initial weights and its files."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import AutoModel, AutoTokenizer, BertConfig, BertModel

VOCABULARY = 8500  # the number that fits into 6 MB
HIDDEN = 192
LAYERS = 4
HEADS = 6
INTERMEDIATE = 384
POSITIONS = 256  # the teacher's max_seq_length
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def choose_vocabulary(teacher: str, texts: list[str]) -> list[str]:
    """The entries of the teacher's vocabulary that are most frequent in the texts and in English.

    The corpus is a dictionary and everyday scenes, with fewer names and news than in English. Half of a word's weight is therefore its rank in
    the teacher's vocabulary, which BERT's authors sorted by frequency: of N words, the one of rank r has a frequency of about 1 / (r ln N).
    """
    tokenizer = AutoTokenizer.from_pretrained(teacher)
    counts = Counter(tokenizer.convert_ids_to_tokens(index) for ids in tokenizer(texts, add_special_tokens=False)["input_ids"] for index in ids)
    total = sum(counts.values())
    entries = sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])
    words = [token for token, _ in entries if token not in SPECIAL and not token.startswith("[unused")]
    plain = [token for token in words if token.isascii()]
    characters = [token for token in plain if len(token.removeprefix("##")) == 1]
    ranked = [token for token in plain if token not in set(characters) and not token.startswith("##")]
    share = {token: 1 / ((rank + 1) * np.log(len(ranked))) for rank, token in enumerate(ranked)}
    weight = {token: counts[token] / total + share.get(token, 0) for token in plain}
    others = sorted(set(plain) - set(characters), key=lambda token: (-weight[token], token))
    return SPECIAL + sorted(characters) + sorted(others[: VOCABULARY - len(SPECIAL) - len(characters)])


def make_tokenizer(vocabulary: list[str]) -> Tokenizer:
    ids = {token: index for index, token in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0",
        pair="[CLS]:0 $A:0 [SEP]:0 $B:0 [SEP]:0",
        special_tokens=[("[CLS]", ids["[CLS]"]), ("[SEP]", ids["[SEP]"])],
    )
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.enable_truncation(POSITIONS)
    return tokenizer


def principal_directions(vectors: np.ndarray) -> np.ndarray:
    """(384, HIDDEN): the orthonormal directions that preserve most of the vectors. Not centred, so that dot products are preserved."""
    values, directions = np.linalg.eigh(vectors.T @ vectors)
    return directions[:, np.argsort(-values)[:HIDDEN]].astype(np.float32)


def word_vectors(teacher: str, vocabulary: list[str], directions: np.ndarray) -> torch.Tensor:
    """(vocabulary, HIDDEN): the teacher's vector of each entry as a separate text (as in model2vec), in the student's directions."""
    tokenizer = AutoTokenizer.from_pretrained(teacher)
    model = AutoModel.from_pretrained(teacher).eval()
    ids = torch.tensor([[tokenizer.cls_token_id, tokenizer.convert_tokens_to_ids(token), tokenizer.sep_token_id] for token in vocabulary])
    with torch.inference_mode():
        means = torch.cat([model(part, torch.ones_like(part)).last_hidden_state.mean(1) for part in ids.split(128)])  # (vocabulary, 384)
    return torch.nn.functional.normalize(means) @ torch.from_numpy(directions)


def make_student(words: torch.Tensor) -> BertModel:
    config = BertConfig(
        vocab_size=len(words), hidden_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS, intermediate_size=INTERMEDIATE,
        max_position_embeddings=POSITIONS, type_vocab_size=1, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, pad_token_id=0,
    )  # fmt: skip
    student = BertModel(config, add_pooling_layer=False)
    with torch.no_grad():
        student.embeddings.word_embeddings.weight.copy_(words)
        student.embeddings.position_embeddings.weight.mul_(0.5)
        student.embeddings.token_type_embeddings.weight.zero_()
    return student


def save_student(folder: Path, student: BertModel, tokenizer: Tokenizer):
    """Writes the files in the layout of sentence-transformers: weights in F16, and long JSON without spaces."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: value.half().contiguous() for name, value in student.state_dict().items()}, folder / "model.safetensors", {"format": "pt"})
    config = {
        "architectures": ["BertModel"], "model_type": "bert", "vocab_size": student.config.vocab_size, "hidden_size": HIDDEN, "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS, "intermediate_size": INTERMEDIATE, "hidden_act": "gelu", "max_position_embeddings": POSITIONS, "type_vocab_size": 1,
        "layer_norm_eps": student.config.layer_norm_eps, "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "initializer_range": 0.02,
        "pad_token_id": 0, "torch_dtype": "float32",  # the dtype for computing; the file has F16
    }  # fmt: skip
    tokenizer.no_truncation()
    tokenizer.no_padding()
    (folder / "tokenizer.json").write_text(json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":")), "utf-8")
    files = {
        "config.json": config,
        "tokenizer_config.json": {
            "tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": POSITIONS, "cls_token": "[CLS]", "sep_token": "[SEP]",
            "pad_token": "[PAD]", "unk_token": "[UNK]", "mask_token": "[MASK]", "strip_accents": None, "tokenize_chinese_chars": True,
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "sentence_bert_config.json": {
            "max_seq_length": POSITIONS, "do_lower_case": False,
            "model_args": {"add_pooling_layer": False},  # the file has no pooler, and transformers would warn about a random one
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": HIDDEN, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False, "pooling_mode_mean_sqrt_len_tokens": False,
        },
    }  # fmt: skip
    for name, value in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(value, indent=2) + "\n", "utf-8")
