"""Exports a checkpoint to the ONNX files that other JavaScript libraries need: onnx/model.onnx and, with 8 bits,
onnx/model_quantized.onnx.

    python3 -m pip install -r bench/requirements.txt
    python3 bench/export_onnx.py DIRECTORY
    python3 bench/export_onnx.py DIRECTORY --reference      also writes reference.json, as in test/fixtures

onnxruntime's quantize_dynamic makes the quantised file. The settings are those of the published files: transformers.js'
scripts/convert.py quantises encoders per channel, with signed weights of a reduced range (7 bits).
"""

import argparse
import inspect
import logging
import os
import sys
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import AutoModel
from transformers.utils.logging import disable_progress_bar, set_verbosity_error

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--reference", action="store_true")
    options = parser.parse_args()

    disable_progress_bar()
    set_verbosity_error()  # transformers would warn about the heads that the encoder ignores
    logging.disable(logging.WARNING)  # quantize_dynamic would log advice
    folder = options.directory / "onnx"
    folder.mkdir(exist_ok=True)
    # Files get their final names when they are complete, so that an interrupted export is repeated.
    with_partial(folder / "model.onnx", lambda path: export(options.directory, path))
    with_partial(folder / "model_quantized.onnx", lambda path: quantize(folder / "model.onnx", path))
    if options.reference:
        write_reference(options.directory)


def with_partial(path: Path, write) -> None:
    partial = path.with_suffix(".part")
    write(partial)
    os.replace(partial, path)


def export(directory: Path, path: Path) -> None:
    model = AutoModel.from_pretrained(directory, attn_implementation="eager").eval()
    ids = torch.tensor([[101, 1000, 1001, 102]] * 2)
    examples = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "token_type_ids": torch.zeros_like(ids)}
    # MPNet has no token types.
    names = [name for name in examples if name in inspect.signature(model.forward).parameters]
    torch.onnx.export(
        _LastHiddenState(model, names),
        tuple(examples[name] for name in names),
        str(path),
        input_names=names,
        output_names=["last_hidden_state"],
        dynamic_axes={name: {0: "batch", 1: "tokens"} for name in [*names, "last_hidden_state"]},
        opset_version=17,
        dynamo=False,
    )


class _LastHiddenState(torch.nn.Module):
    def __init__(self, model: torch.nn.Module, names: list[str]) -> None:
        super().__init__()
        self.model = model
        self.names = names

    def forward(self, *inputs):
        return self.model(**dict(zip(self.names, inputs))).last_hidden_state


def quantize(source: Path, path: Path) -> None:
    quantize_dynamic(
        source,
        path,
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        extra_options={"EnableSubgraph": True, "MatMulConstBOnly": True},
    )


def write_reference(directory: Path) -> None:
    sys.path.insert(0, str(ROOT / "scripts/fixtures"))
    from make_checkpoints import PASSAGE, TEXTS
    from reference import write_reference as write

    write(directory, [*TEXTS, PASSAGE])


if __name__ == "__main__":
    main()
