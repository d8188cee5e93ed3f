"""Records the Rust `tokenizers` library's output for small tokenizers of every kind, in test/fixtures/tokenizer/kinds/.

    python3 scripts/tokenizer/record_further_fixtures.py

Needs: tokenizers==0.23.2, sentencepiece==0.2.2. Takes about 20 seconds.

Each file has one `tokenizerJson` of make_tokenizers.py, with a small vocabulary and a small character map. Its `cases` are:
text (or a pair of texts), maxLength, truncationSide, addSpecialTokens, then tokens, ids, type ids, special tokens mask.
"""

import json
import pathlib
import random

from make_tokenizers import corpus, further_lines, make_tokenizers

folder = pathlib.Path(__file__).parents[2] / "test" / "fixtures" / "tokenizer" / "kinds"
folder.mkdir(parents=True, exist_ok=True)

texts = [
    "", " ", "\n", "The knight of La Mancha", "windmills, tilting!", "  two  blanks   and\ttabs\r\nlines \n", "don't we'll THEY'VE I'm he'd it's", "1234 years, 5.5 % ½ ① Ⅷ",
    "<s> a </s> <unk> <pad> <mask> b", "a <mask>b  <mask>  c", "[CLS] [SEP] [MASK] x [MASK]", "<e1>  x <e1>Quixote Quixotes Quixote", "a x b  x  c", "|||IP_ADDRESS|||", "    def mill(x):\n        return x",
    "Mill mill MILLS la LA  LA", "``quoted'' and \"quoted\"", "ÉCOLE e\u0301cole e\u0300 e\u0301 A\u030a", "ﬁne ﬂour Ａｂｃ ﾃﾞ ガ ｶﾞ", "Ω Å ΟΔΟΣ ß İı ǆ", "\u1e9b\u0323 \u0344 \u0f73 \u09c7\u09be", "中文 日本語 \U00020000𝅗𝅥",
    "한국어 \u1112\u1161\u11ab", "👩‍👩‍👧 🇪🇸 👍🏽 😀😀", "שָׁלוֹם \u0600\u0661 \u06dd1 الفارس \ufdfa", "©\u200d® \u0600a \u0600\u0301", "a\u00a0b\u3000c\u2028d\u0085e\u200bf\ufeffg\u00adh", "\u0000\u0001\u007f\ufffd\ue000\ufdd0",
    "▁the ▁▁ a▁b _", "<0x41> <0x0A>", "x" * 70, "\u0301" * 40 + "\u0323\u0301" * 30, "a" + "\u0327\u0301" * 3, "\U00011935\U00011930 \u32ff \U0001f16c", "\u0378 \U000e0041",
]  # fmt: skip
dice = random.Random(1605)
material = [*corpus.read_text(encoding="utf-8").splitlines(), *further_lines.splitlines()]
for _ in range(25):
    line = dice.choice(material)
    start = dice.randrange(len(line) + 1)
    texts.append(line[start : start + dice.randint(1, 40)] + dice.choice(["", " ", "\u0301", "<mask>", "[SEP]", "日", "  "]) + dice.choice(material)[: dice.randint(0, 20)])

for name, tokenizer in make_tokenizers(420, "small").items():
    cases = []
    special_tokens = max(3, tokenizer.num_special_tokens_to_add(True))
    for number, first in enumerate(texts):
        pair = [first] if number % 4 else [first, texts[(number * 7 + 1) % len(texts)]]
        limit = None if number % 3 else dice.randint(special_tokens, 12)
        side = dice.choice(["left", "right"])
        special = number % 5 != 1
        tokenizer.no_truncation()
        if limit is not None:
            tokenizer.enable_truncation(limit, direction=side)
        encoding = tokenizer.encode(*pair, add_special_tokens=special)
        cases.append([pair, limit, side, special, encoding.tokens, encoding.ids, encoding.type_ids, encoding.special_tokens_mask])
    tokenizer.no_truncation()
    path = folder / f"{name}.json"
    value = {"tokenizerJson": json.loads(tokenizer.to_str()), "cases": cases}
    path.write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace("]],[[", "]],\n[["), encoding="utf-8")
    print(path.name, path.stat().st_size, tokenizer.get_vocab_size())
