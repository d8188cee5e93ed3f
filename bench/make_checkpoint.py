"""Writes a checkpoint of a published model's shape with seeded random weights, for measuring load, speed and memory.

    python3 -m pip install -r bench/requirements.txt
    python3 bench/make_checkpoint.py bench/.checkpoints/bert-base --onnx
    python3 bench/make_checkpoint.py bench/.checkpoints/minilm --shape all-MiniLM-L6-v2 --tokenizer DIRECTORY

--tokenizer takes a directory with vocab.txt, tokenizer.json and tokenizer_config.json of the same vocabulary; without
it the vocabulary is made up, and a text is cut into more tokens than it would be by the real one. --onnx adds
onnx/model.onnx, exported from the same model; --reference adds reference.json as in test/fixtures.
"""

import argparse
import json
import shutil
import sys
from itertools import islice, product
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertForPreTraining, BertModel, BertTokenizer
from transformers.utils.logging import disable_progress_bar, set_verbosity_error

from shapes import SHAPES

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path)
    parser.add_argument("--shape", choices=list(SHAPES), default="bert-base-cased")
    parser.add_argument("--tokenizer", type=Path, metavar="DIRECTORY")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--onnx", action="store_true")
    parser.add_argument("--reference", action="store_true")
    options = parser.parse_args()

    disable_progress_bar()
    set_verbosity_error()  # loading it again would report the heads that BertModel leaves out
    shape = SHAPES[options.shape]
    for name, value in shape["files"].items():
        path = options.output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
    write_tokenizer(options.output, shape, options.tokenizer)
    torch.manual_seed(options.seed)
    write_weights(options.output, shape)
    if options.onnx:
        export_onnx(options.output)
    if options.reference:
        write_reference(options.output)


def write_weights(output: Path, shape: dict) -> None:
    config = BertConfig.from_dict(shape["files"]["config.json"])
    model = (BertForPreTraining if shape["old_names"] else BertModel)(config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            # Biases and LayerNorms are not left at 0 and 1, where leaving them out would make no difference.
            parameter.normal_(mean=1.0 if "LayerNorm.weight" in name else 0.0, std=0.02)
    tensors = {name: value.contiguous() for name, value in model.state_dict().items()}
    if shape["old_names"]:
        tensors = {
            name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): value
            for name, value in tensors.items()
            if not name.startswith("cls.predictions.decoder.")
        }
    else:
        tensors["embeddings.position_ids"] = torch.arange(config.max_position_embeddings).unsqueeze(0)
    save_file(tensors, output / "model.safetensors", metadata={"format": "pt"})
    (output / "model.safetensors").chmod(0o644)


def write_tokenizer(output: Path, shape: dict, directory: Path | None) -> None:
    size = shape["files"]["config.json"]["vocab_size"]
    if directory:
        count = len((directory / "vocab.txt").read_text(encoding="utf-8").rstrip("\n").split("\n"))
        if count != size:
            sys.exit(f"{directory}/vocab.txt has {count} tokens, this shape's vocabulary has {size}.")
        for name in ["vocab.txt", "tokenizer.json", "tokenizer_config.json"]:
            shutil.copyfile(directory / name, output / name)
        return
    tokens = made_up_vocabulary(size)
    (output / "vocab.txt").write_text("".join(f"{token}\n" for token in tokens), encoding="utf-8")
    vocabulary = {token: index for index, token in enumerate(tokens)}
    BertTokenizer(vocabulary, do_lower_case=shape["lowercase"], model_max_length=512).save_pretrained(output)


def made_up_vocabulary(size: int) -> list[str]:
    """Google's layout of the first ids, every ASCII character, then words of syllables until the size is reached."""
    unused = [f"[unused{index}]" for index in range(1, 100)]
    characters = [chr(code) for code in range(33, 127)]
    start = ["[PAD]", *unused, "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters, *(f"##{c}" for c in characters)]
    syllables = ["".join(pair) for pair in product("bdfgklmnprstvz", "aeiou")]
    words = ("".join(parts) for length in (1, 2, 3) for parts in product(syllables, repeat=length))
    pieces = (prefix + word for word in words for prefix in ("", "##"))
    return [*start, *islice(pieces, size - len(start))]


def export_onnx(output: Path) -> None:
    model = BertModel.from_pretrained(output, attn_implementation="eager").eval()
    example = torch.tensor([[101, 1000, 1001, 102]] * 2)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    (output / "onnx").mkdir(exist_ok=True)
    torch.onnx.export(
        _LastHiddenState(model),
        (example, torch.ones_like(example), torch.zeros_like(example)),
        str(output / "onnx/model.onnx"),
        input_names=names,
        output_names=["last_hidden_state"],
        dynamic_axes={name: {0: "batch", 1: "tokens"} for name in [*names, "last_hidden_state"]},
        opset_version=17,
        dynamo=False,
    )


class _LastHiddenState(torch.nn.Module):
    def __init__(self, model: BertModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.model(input_ids, attention_mask, token_type_ids).last_hidden_state


def write_reference(output: Path) -> None:
    sys.path.insert(0, str(ROOT / "scripts/fixtures"))
    from make_checkpoints import PASSAGE, TEXTS
    from reference import write_reference as write

    write(output, [*TEXTS, PASSAGE])


if __name__ == "__main__":
    main()
