"""Compares the tokenizer with the Rust `tokenizers` library, on every code point and on random strings.

    python3 scripts/tokenizer/fuzz.py --tokenizer DIR [--count 200000] [--seed 1] [--sweep [--part 1/4]]
        [--normalizer '{"strip_accents": true}'] [--added '[{"content": "Foo", "normalized": true}]']

DIR has a tokenizer.json of any kind (make_tokenizers.py creates some). Needs: tokenizers==0.23.2, and Node for
compare.mjs, which this script starts. Each line that it writes to compare.mjs is one padded batch: texts (or pairs), the
options, and the Rust library's tokens.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys

from tokenizers import AddedToken, Tokenizer

arguments = argparse.ArgumentParser()
arguments.add_argument("--tokenizer", type=pathlib.Path, required=True)
arguments.add_argument("--count", type=int, default=200_000, help="random texts")
arguments.add_argument("--seed", type=int, default=1)
arguments.add_argument("--sweep", action="store_true", help="every code point, alone and among others")
arguments.add_argument("--part", default="1/1", help="of the sweep: 2/4 is the second quarter of all code points")
arguments.add_argument("--normalizer", type=json.loads, default={}, help="changes to the normalizer")
arguments.add_argument("--added", type=json.loads, default=[], help="further added tokens")
arguments = arguments.parse_args()

source = json.loads((arguments.tokenizer / "tokenizer.json").read_text(encoding="utf-8"))
if arguments.normalizer:
    source["normalizer"].update(arguments.normalizer)
rust = Tokenizer.from_str(json.dumps(source))
if arguments.added:
    rust.add_tokens([AddedToken(**token) for token in arguments.added])
rust_json = json.loads(rust.to_str())
node = subprocess.Popen(
    ["node", str(pathlib.Path(__file__).with_name("compare.mjs"))], stdin=subprocess.PIPE, text=True, encoding="utf-8"
)
special_tokens = max(3, rust.num_special_tokens_to_add(True))
pad_token = next((token for token in ("[PAD]", "<pad>") if rust.token_to_id(token) is not None), None)
pad_token = pad_token or rust.id_to_token(0)
config = {"pad_token": pad_token, "tokenizer_class": "PreTrainedTokenizerFast"}  # a class that overrides nothing
node.stdin.write(json.dumps({"tokenizerJson": rust_json, "tokenizerConfig": config}) + "\n")


def compare(texts, max_length=None, truncation="longest_first", truncation_side="right", padding_side="right", special=True):
    if max_length is None:
        rust.no_truncation()
    else:
        rust.enable_truncation(max_length, strategy=truncation, direction=truncation_side)
    rust.enable_padding(direction=padding_side, pad_id=rust.token_to_id(pad_token), pad_token=pad_token)
    try:
        encodings = rust.encode_batch([tuple(text) if len(text) == 2 else text[0] for text in texts], add_special_tokens=special)
        expected = {
            "ids": [encoding.ids for encoding in encodings],
            "mask": [encoding.attention_mask for encoding in encodings],
            "types": [encoding.type_ids for encoding in encodings],
            "tokens": None if padding_side == "left" else encodings[0].tokens,
        }
    except Exception as error:  # the truncation strategy cannot shorten the text enough
        assert "Truncation error" in str(error), error
        expected = None
    record = {
        "texts": texts,
        "options": {
            "maxLength": max_length,
            "truncation": truncation,
            "truncationSide": truncation_side,
            "addSpecialTokens": special,
        },
        "paddingSide": padding_side,
        "expected": expected,
    }
    node.stdin.write(json.dumps(record) + "\n")


def sweep():
    batch = []
    part, parts = map(int, arguments.part.split("/"))
    for code_point in range(0x110000 * (part - 1) // parts, 0x110000 * part // parts):
        if 0xD800 <= code_point < 0xE000:
            continue
        c = chr(code_point)
        batch += [[c], [f"a{c}b {c}  中{c} {c}國 !{c}. e{c}\u0301 e\u0301{c} {c}\u0323a A{c}Σ {c}{c} \u302f{c}\u302e"]]
        if len(batch) >= 128:
            compare(batch)
            batch = []
    if batch:
        compare(batch)


# Ranges of characters. Difficult ones are more frequent than their share.
ranges = [
    (0x20, 0x7E), (0x61, 0x7A), (0x41, 0x5A), (0x00, 0x20), (0x7F, 0xA0), (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x3FF),
    (0x400, 0x52F), (0x591, 0x5F4), (0x600, 0x6FF), (0x7FD, 0x7FD), (0x898, 0x8FF), (0x900, 0xDFF), (0xE00, 0xFFF),
    (0x1100, 0x11FF), (0x1AB0, 0x1ACE), (0x1C80, 0x1CBF), (0x1DC0, 0x1DFF), (0x1E00, 0x1FFF), (0x2000, 0x206F),
    (0x20D0, 0x20F0), (0x2100, 0x27BF), (0x2E00, 0x2E7F), (0x3000, 0x30FF), (0x302A, 0x302F), (0x3400, 0x3410),
    (0x4E00, 0x9FFF), (0xA640, 0xA7FF), (0xA8C0, 0xA95F), (0xAC00, 0xD7FF), (0xE000, 0xE010), (0xF900, 0xFAFF),
    (0xFB00, 0xFB4F), (0xFE00, 0xFE2F), (0xFF00, 0xFFEF), (0xFFF0, 0xFFFF), (0x10000, 0x10FFF), (0x10D24, 0x10D27),
    (0x10D50, 0x10D85), (0x11000, 0x11FFF), (0x11930, 0x11938), (0x16000, 0x16FFF), (0x1D000, 0x1D2FF), (0x1D15E, 0x1D172),
    (0x1E000, 0x1E02F), (0x1E900, 0x1E95F), (0x1F300, 0x1FAFF), (0x1F3FB, 0x1F3FF), (0x20000, 0x2FA1F), (0x30000, 0x3134F),
    (0xE0000, 0xE01EF), (0x10FFF0, 0x10FFFF), (0x0, 0x10FFFF),
]  # fmt: skip
snippets = [
    "[SEP]", "[CLS]", "[MASK]", "[UNK]", "[PAD]", "[sep]", "[ MASK ]", "##ing", "##", " ", "  ", "\t", "\n", "\r\n", "\u3000", "\u2028", "\xa0",
    "\u200d", "\ufe0f", "\ufeff", "\ufffd", "\x00", "\xad", "the ", "knight", "La Mancha", "don't", "ΟΔΟΣ", "Σ", "σς", "İ", "ı", "ß", "ẞ", "ﬁ", "Å",
    "e\u0301", "\u0301\u0323", "\u0323\u0301", "가", "\u1100\u1161\u11a8", "中文", "\U00020000", "日本語", "👩‍👩‍👧", "🇪🇸", "Ǆ", "1,000.5", "Foo", " foo ", "BAR", "x" * 99, "y" * 100, "z" * 101,
    "``", "''", "'ll", "'s", "'RE", "1234", "½", "①", "ﬀ", "Ａ", "ﾃﾞ", "\u0600", "\u0600a", "a\u0301b\u0327", "©\u200d", "\u06dd1", "\ufdfa", "\u0e33", "\u2581", "▁the", "_", "<0x41>", "\r", "\x0b", "\x85", "\u200b",
    "<s>", "</s>", "<unk>", "<pad>", "<mask>", " <mask> ", "<e1>", "Quixote", "|||IP_ADDRESS|||", "<|endoftext|>", "NOTUSED", "Mill", "LA", " x ", "    ", "return  x", "é", "\u0344", "\u1e9b\u0323", "\u09c7\u09be", "ᅡ", "\U0001d15e", "豈",
    "\U00020001" * 3, "𝅗𝅥" * 2, "á" * 60, "가" * 50,
]  # fmt: skip


def random_character(dice):
    first, last = dice.choice(ranges)
    while True:
        code_point = dice.randint(first, last)
        if not 0xD800 <= code_point < 0xE000:
            return chr(code_point)


def random_text(dice):
    length = dice.choice([0, 1, 2, 3, 5, 8, 13, 30, 60])
    home = dice.choice(ranges) if dice.random() < 0.5 else None
    parts = []
    for _ in range(length):
        kind = dice.random()
        if kind < 0.25:
            parts.append(dice.choice(snippets))
        elif kind < 0.6 and home and not (home[0] < 0xE000 and home[1] >= 0xD800):
            parts.append(chr(dice.randint(*home)))
        elif kind < 0.7:
            parts.append(" ")
        else:
            parts.append(random_character(dice))
    return "".join(parts)


def fuzz(count, dice):
    texts = 0
    while texts < count:
        strategy = dice.choice(["longest_first"] * 4 + ["only_first", "only_second"])
        alone = strategy != "longest_first"  # a text that cannot be truncated fails its whole batch
        batch = [
            [random_text(dice)] + ([random_text(dice)] if dice.random() < (0.9 if strategy == "only_second" else 0.3) else [])
            for _ in range(1 if alone else dice.randint(1, 6))
        ]
        texts += sum(map(len, batch))
        compare(
            batch,
            # A smaller value wraps around to a very large number in Rust.
            max_length=dice.choice([None, dice.randint(special_tokens, 12), dice.randint(special_tokens, 60)]),
            truncation=strategy,
            truncation_side=dice.choice(["left", "right"]),
            padding_side=dice.choice(["left", "right"]),
            special=dice.random() < 0.8,
        )


if arguments.sweep:
    sweep()
fuzz(arguments.count, random.Random(arguments.seed))
node.stdin.close()
sys.exit(node.wait())
