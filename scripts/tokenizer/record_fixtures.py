"""Records the Rust `tokenizers` library's output for small vocabularies, in test/fixtures/tokenizer/.

    python3 scripts/tokenizer/record_fixtures.py

Needs: tokenizers==0.23.2, transformers==5.18. Takes about a minute.

cases.json      texts, pairs and options with their tokens and ids, cased and uncased
sweep.json      every code point alone, cased and uncased: ranges of code points with the same result
truncation.json the lengths to which pairs are truncated, for all small lengths
vocab.json      the tokenizers that transformers builds from vocab.txt files
"""

import json
import pathlib
import random
import tempfile

from tokenizers import Tokenizer
from transformers import BertTokenizer

folder = pathlib.Path(__file__).parents[2] / "test" / "fixtures" / "tokenizer"
folder.mkdir(parents=True, exist_ok=True)

letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789αβγδορσςΑΟΣ가나각한漢字中文國\U00020000\U00020001\U0002a700éèüåÅñßıİøđ"
letters += "\u1100\u1161\u11a8\u0301\u0323\u0308\u0345\u302e\u302f\u05b4\u0903\u1df6\U0001d157\U0001d165\U00010d50\U00010d70\u1c89\u1c8a👩👧\u200d\ufe0f\ufffd\ue000\u00ad"
words = "the knight La Mancha mill ##s ##ing horse lance squire windmill o ##os Sancho sancho old new".split()
vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
for token in [*words, *letters, *("##" + letter for letter in letters), *"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~。、¿«»‽⸺"]:
    if token not in vocabulary:
        vocabulary.append(token)
(folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")


def load(vocab, **config):
    with tempfile.TemporaryDirectory() as directory:
        (pathlib.Path(directory) / "vocab.txt").write_bytes(vocab.encode())
        (pathlib.Path(directory) / "tokenizer_config.json").write_text(json.dumps(config))
        return BertTokenizer.from_pretrained(directory)


text = "\n".join(vocabulary) + "\n"
rust = {name: load(text, do_lower_case=name == "uncased").backend_tokenizer for name in ("cased", "uncased")}


def save(name, value):
    path = folder / name
    path.write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace("],[", "],\n["), encoding="utf-8")
    print(name, path.stat().st_size)


texts = [
    "", " ", "The knight of La Mancha", "windmills, tilting!", "[MASK] and [SEP]", "[sep]", "knight[UNK]s", "##s", "ΟΔΟΣ ΟΣ.", "σς Σ", "İı ß ẞ", "éè\u0301", "e\u0301\u0323 e\u0323\u0301",
    "中文字abc國", "a\U00020000b\U0002a700", "가각한", "\u1100\u1161\u11a8", "a\u1df6\u0301b", "\U0001d15e \U0001d165\u302f\ufe0f\U0001d16d", "\u302f\U0001d165", "\U00010d50\u1c89 Ა", "👩\u200d👧\ufe0f",
    "a\u00adb\ue000c\x00d\ufffde", "a\u2028b\u3000c\xa0d\x85e\tf\r\ng\x0bh", "\ufdd0\uffff\U0010ffff", "¿Qué? «no»‽ a⸺b", "o" * 100, "o" * 101, "가" * 34, "\U00020000" * 51,
]  # fmt: skip
dice = random.Random(605)
for _ in range(60):
    texts.append("".join(dice.choice([dice.choice(letters), dice.choice(letters), dice.choice(words).strip("#"), " ", "!", "[SEP]"]) for _ in range(dice.randint(1, 20))))

cases = []
for name, tokenizer in rust.items():
    for number, first in enumerate(texts):
        pair = [first] if number % 3 else [first, texts[(number * 7 + 1) % len(texts)]]
        limit = None if number % 2 else dice.randint(len(pair) + 1, 12)
        side = dice.choice(["left", "right"])
        special = number % 5 != 1
        tokenizer.no_truncation()
        if limit is not None:
            tokenizer.enable_truncation(limit, direction=side)
        encoding = tokenizer.encode(*pair, add_special_tokens=special)
        cases.append([name, pair, limit, side, special, encoding.tokens, encoding.ids, encoding.type_ids, encoding.special_tokens_mask])
save("cases.json", cases)

# Ids of a code point between others. Results are the same if they differ only in the code point's own id, which most lack.
sweep = {}
for name, tokenizer in rust.items():
    tokenizer.no_truncation()
    runs = []
    for code_point in range(0x110000):
        if 0xD800 <= code_point < 0xE000:
            continue
        c = chr(code_point)
        ids = tokenizer.encode(f"a{c}b {c} !{c}漢", add_special_tokens=False).ids
        key = " ".join(map(str, ids))
        if not runs or runs[-1][1] != key:
            runs.append([code_point, key])
    keys = sorted({key for _, key in runs})
    sweep[name] = {"ids": keys, "runs": [[start, keys.index(key)] for start, key in runs]}
    previous = 0
    for run in sweep[name]["runs"]:
        run[0], previous = run[0] - previous, run[0]
save("sweep.json", sweep)

plain = rust["cased"]
lengths = {}
for strategy in ("longest_first", "only_first", "only_second"):
    lengths[strategy] = []
    for limit in range(0, 7):
        for first in range(0, 9):
            for second in [None, *range(0, 9)]:
                plain.enable_truncation(limit, strategy=strategy)
                pair = ["a " * first] + ([] if second is None else ["b " * second])
                try:
                    ids = plain.encode(*pair, add_special_tokens=False).ids
                    kept = [ids.count(vocabulary.index("a")), ids.count(vocabulary.index("b"))]
                except Exception:
                    kept = None
                lengths[strategy].append([limit, first, second, kept])
save("truncation.json", lengths)

specials = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n"
vocabs = []
for vocab, config in [
    (specials + "a\n##b\nA\n", {}),
    ((specials + "a\n##b\nA\n").replace("\n", "\r\n"), {"do_lower_case": False}),
    (specials + "a\n\nb\nA\n\n", {"do_lower_case": True}),
    (specials + "a\nb\na\n", {}),
    (specials + "a \nb\t\né\ne\n中\n", {"strip_accents": False, "tokenize_chinese_chars": False}),
    (specials + "a\nb\né\ne", {"strip_accents": True, "do_lower_case": False, "model_max_length": 64}),
    ("a\n[SEP]\n[CLS]\nb\n[UNK]\n[PAD]\n", {}),
    ("<pad>\n<unk>\n<cls>\n<sep>\na\nb\n", {"pad_token": "<pad>", "unk_token": "<unk>", "cls_token": "<cls>", "sep_token": "<sep>", "mask_token": "<cls>"}),
]:
    tokenizer = load(vocab, **config)
    encoded = tokenizer("ab A É中b [SEP] a", "b")
    vocabs.append([vocab, config, encoded["input_ids"], encoded["token_type_ids"], tokenizer.pad_token_id])
save("vocab.json", vocabs)
