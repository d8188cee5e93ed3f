"""Trains small tokenizers of every kind that encoders are published with. Each is a folder with a tokenizer.json.

    python3 scripts/tokenizer/make_tokenizers.py FOLDER [--size 3000] [--charsmap nmt_nfkc]

Needs: tokenizers==0.23.2, sentencepiece==0.2.2 (only for the character map; `--charsmap small` creates one with a few custom
rules, which record_further_fixtures.py uses). The components are combined as in the published files. The vocabularies are
trained on test/fixtures/text/corpus.txt and on the lines below.
"""

import argparse
import json
import pathlib
import tempfile

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

corpus = pathlib.Path(__file__).parents[2] / "test" / "fixtures" / "text" / "corpus.txt"
further_lines = """\
Der Ritter von der traurigen Gestalt kämpfte gegen Windmühlen, größer als Häuser.
El ingenioso hidalgo salió de su aldea; ¿quién lo vio? ¡Nadie! Año 1605.
Le chevalier rêvait d'un château, l'écuyer d'une île; c'était déjà l'été.
Рыцарь скачет на старой лошади, а оруженосец едет на осле. Ёлки, йод.
Ο ιππότης ταξίδευε με τον υπηρέτη του· οι ανεμόμυλοι γύριζαν.
騎士は風車と戦った。ラ・マンチャの村で。ﾗﾏﾝﾁｬ
骑士和他的侍从走在路上，风车在转。
기사는 풍차와 싸웠다. 라만차의 마을에서.
الفارس يحارب طواحين الهواء في القرية، ١٢٣٤.
האביר נלחם בטחנות הרוח, שָׁלוֹם.
शूरवीर पवनचक्कियों से लड़ा। गाँव में १२३।
อัศวินต่อสู้กับกังหันลมในหมู่บ้าน
Hiệp sĩ đánh nhau với cối xay gió ở làng nọ.
ﬁne ﬂour ½ cup Ⅷ ㎏ № ™ ① Ａｂｃ １２３ … “quoted” ‘single’ — dash
👩‍👩‍👧 🇪🇸 😀👍🏽 ❤️ ©️ ☺
    def mill(x):  return x ** 2   # four blanks, tab:\tend
don't we'll they've I'm he'd it's 'tis 1,000.50 e-mail@example.org https://example.org/a?b=c&d#e
"""


def lines():
    return [*corpus.read_text(encoding="utf-8").splitlines(), *further_lines.splitlines()] * 4


def charsmap(name):
    """The character map that SentencePiece compiles from one of its rule sets, or from a few custom rules."""
    import sentencepiece

    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        options = {"normalization_rule_name": name}
        if name == "small":
            own = [
                ("FB01", "66 69"), ("FF21", "41"), ("FF42", "62"), ("BD", "31 2044 32"), ("2026", "2E 2E 2E"), ("65 301", "E9"), ("E8 301", "21"),
                ("41 30A", "C5"), ("3A9", "3C9"), ("FF76 FF9E", "30AC"), ("2460", "31"), ("A0", "20"), ("3000", "20"), ("9", "20"), ("A", "20"), ("D A", "20"),
                ("200B", ""), ("AD", ""), ("FDFA", "635 644 649 20 627 644 644 647"), ("1F600", "3A 29"), ("51", "71"),
            ]  # fmt: skip
            (path / "rules.tsv").write_text("".join(f"{source}\t{target}\n" for source, target in own))
            options = {"normalization_rule_tsv": str(path / "rules.tsv")}
        (path / "text").write_text("\n".join(lines()), encoding="utf-8")
        sentencepiece.SentencePieceTrainer.train(
            input=str(path / "text"), model_prefix=str(path / "model"), vocab_size=600, hard_vocab_limit=False, minloglevel=2, **options
        )
        return field(field((path / "model.model").read_bytes(), 3), 2)


def field(message, wanted):
    """The bytes of a length-delimited field of a protobuf message."""

    def varint(at):
        value = shift = 0
        while True:
            value |= (message[at] & 0x7F) << shift
            shift += 7
            at += 1
            if message[at - 1] < 0x80:
                return value, at

    at, found = 0, None
    while at < len(message):
        key, at = varint(at)
        kind = key & 7
        if kind == 0:
            _, at = varint(at)
        elif kind == 2:
            length, at = varint(at)
            if key >> 3 == wanted:
                found = message[at : at + length]
            at += length
        else:
            at += 8 if kind == 1 else 4
    return found


def special(content, **options):
    return AddedToken(content, special=True, normalized=False, **options)


def template(single, pair, ids):
    return processors.TemplateProcessing(single=single, pair=pair, special_tokens=ids)


def byte_level_bpe(size, specials, *, normalizer=None, add_prefix_space, **options):
    tokenizer = Tokenizer(models.BPE(**options))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=add_prefix_space, trim_offsets=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=specials, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(lines(), trainer)
    return tokenizer


def roberta(size, _):
    specials = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer = byte_level_bpe(size, specials, add_prefix_space=False)
    tokenizer.add_special_tokens([special("<mask>", lstrip=True)])
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False)
    return tokenizer


def roberta_prefix(size, _):
    tokenizer = roberta(size, _)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.add_tokens([AddedToken("<e1>", rstrip=True), AddedToken("Quixote", single_word=True), AddedToken(" x ", lstrip=True, rstrip=True)])
    return tokenizer


def gpt2(size, _):
    tokenizer = byte_level_bpe(size, ["<|endoftext|>"], add_prefix_space=False)
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=True)
    return tokenizer


def modernbert(size, _):
    specials = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]
    tokenizer = byte_level_bpe(size, specials, normalizer=normalizers.NFC(), add_prefix_space=False)
    tokenizer.add_tokens([AddedToken(" " * width) for width in range(24, 1, -1)] + [AddedToken("|||IP_ADDRESS|||")])
    tokenizer.add_special_tokens([special("[MASK]", lstrip=True)])
    tokenizer.post_processor = template("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:0 [SEP]:0", [("[CLS]", 1), ("[SEP]", 2)])
    return tokenizer


def unigram(size, specials, normalizer, pre_tokenizer, **options):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(vocab_size=size, special_tokens=specials, unk_token="<unk>", show_progress=False, **options)
    tokenizer.train_from_iterator(lines(), trainer)
    return tokenizer


def xlm_roberta(size, precompiled):
    tokenizer = unigram(
        size, ["<s>", "<pad>", "</s>", "<unk>"],
        normalizers.Sequence([normalizers.Precompiled(precompiled), normalizers.Replace(Regex(" {2,}"), " ")]),
        pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]),
    )  # fmt: skip
    tokenizer.add_special_tokens([special("<s>"), special("<pad>"), special("</s>"), special("<unk>"), special("<mask>", lstrip=True)])
    tokenizer.post_processor = template("<s> $A </s>", "<s> $A </s> </s> $B </s>", [("<s>", 0), ("</s>", 2)])
    return tokenizer


def e5(size, precompiled):
    tokenizer = xlm_roberta(size, precompiled)
    tokenizer.normalizer = normalizers.Precompiled(precompiled)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="never")])
    return tokenizer


def camembert(size, precompiled):
    tokenizer = unigram(
        size, ["<s>NOTUSED", "<pad>", "</s>NOTUSED", "<unk>", "<unk>NOTUSED", "<s>", "</s>"],
        normalizers.Sequence([normalizers.Precompiled(precompiled), normalizers.Replace(Regex(" {2,}"), " ")]),
        pre_tokenizers.Metaspace(prepend_scheme="always"),
    )  # fmt: skip
    tokenizer.add_special_tokens([special("<s>"), special("<pad>"), special("</s>"), special("<unk>"), special("<mask>", lstrip=True)])
    tokenizer.post_processor = template("<s> $A </s>", "<s> $A </s> </s> $B </s>", [("<s>", 5), ("</s>", 6)])
    return tokenizer


def albert(size, precompiled):
    quotes = [normalizers.Replace("``", '"'), normalizers.Replace("''", '"')]
    tokenizer = unigram(
        size, ["<pad>", "<unk>", "[CLS]", "[SEP]"],
        normalizers.Sequence([
            *quotes, normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase(), normalizers.Precompiled(precompiled), normalizers.Replace(Regex(" {2,}"), " "),
        ]),
        pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]),
    )  # fmt: skip
    tokenizer.add_special_tokens([special(token) for token in ("<pad>", "<unk>", "[CLS]", "[SEP]")] + [special("[MASK]", lstrip=True)])
    tokenizer.post_processor = template("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", [("[CLS]", 2), ("[SEP]", 3)])
    return tokenizer


def byte_fallback_unigram(size, precompiled):
    tokenizer = camembert(size, precompiled)
    source = json.loads(tokenizer.to_str())
    source["model"]["byte_fallback"] = True
    vocab = source["model"]["vocab"]
    place = len(vocab)
    vocab += [[f"<0x{byte:02X}>", -9.0] for byte in range(256)]
    for token in source["added_tokens"]:
        token["id"] += 256 if token["id"] >= place else 0
    source["pre_tokenizer"] = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": False}
    source["normalizer"] = {"type": "NFKC"}
    return Tokenizer.from_str(json.dumps(source))


def word_bpe(size, *, prefix=None, suffix=None, **options):
    affixes = {**({"continuing_subword_prefix": prefix} if prefix else {}), **({"end_of_word_suffix": suffix} if suffix else {})}
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", **affixes, **options))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=["<pad>", "<unk>", "<s>", "</s>"], limit_alphabet=120, show_progress=False, **affixes
    )  # fmt: skip
    tokenizer.train_from_iterator(lines(), trainer)
    tokenizer.post_processor = template("<s> $A </s>", "<s> $A </s> $B:1 </s>:1", [("<s>", 2), ("</s>", 3)])
    return tokenizer


def bpe_suffix(size, _):
    tokenizer = word_bpe(size, suffix="</w>", fuse_unk=True)
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.Lowercase(), normalizers.StripAccents()])
    return tokenizer


def bpe_prefix(size, _):
    tokenizer = word_bpe(size, prefix="##")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), pre_tokenizers.Digits(individual_digits=True)])
    tokenizer.normalizer = normalizers.Sequence([normalizers.Strip(), normalizers.NFKC()])
    return tokenizer


def bpe_bytes(size, _):
    """A tokenizer like Gemma's: visible spaces, unknown characters as bytes, and whole words that are in the vocabulary."""
    tokenizer = word_bpe(size, byte_fallback=True, fuse_unk=True)
    source = json.loads(tokenizer.to_str())
    vocab = source["model"]["vocab"]
    for byte in range(256):
        if byte % 7:  # some bytes are missing on purpose: a character with a missing byte is unknown
            vocab[f"<0x{byte:02X}>"] = len(vocab)
    source["model"]["ignore_merges"] = True
    source["model"]["merges"] = [" ".join(pair) for pair in source["model"]["merges"]]
    source["normalizer"] = {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}
    source["pre_tokenizer"] = {"type": "Split", "pattern": {"String": "▁"}, "behavior": "MergedWithPrevious", "invert": False}
    return Tokenizer.from_str(json.dumps(source))


def word_piece(size, specials, **options):
    tokenizer = Tokenizer(models.WordPiece(unk_token=specials[3]))
    tokenizer.normalizer = normalizers.BertNormalizer(**options)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(lines(), trainers.WordPieceTrainer(vocab_size=size, special_tokens=specials, show_progress=False))
    return tokenizer


def mpnet(size, _):
    tokenizer = word_piece(size, ["<s>", "<pad>", "</s>", "[UNK]", "<mask>"], lowercase=True)
    tokenizer.add_special_tokens([special("<s>"), special("<pad>"), special("</s>"), special("<mask>", lstrip=True)])
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False)
    return tokenizer


def electra(size, _):
    tokenizer = word_piece(size, ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"], lowercase=True, strip_accents=False, clean_text=False)
    tokenizer.add_tokens([AddedToken("Mill", single_word=True), AddedToken("LA", normalized=True, lstrip=True)])
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    return tokenizer


makers = [
    roberta, roberta_prefix, gpt2, modernbert, xlm_roberta, e5, camembert, albert, byte_fallback_unigram, bpe_suffix, bpe_prefix, bpe_bytes, mpnet, electra,
]  # fmt: skip


def make_tokenizers(size, charsmap_name):
    """All tokenizers by name."""
    precompiled = charsmap(charsmap_name)
    return {maker.__name__: maker(size, precompiled) for maker in makers}


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--size", type=int, default=3000, help="tokens of each vocabulary")
    arguments.add_argument("--charsmap", default="nmt_nfkc")
    arguments = arguments.parse_args()
    for name, tokenizer in make_tokenizers(arguments.size, arguments.charsmap).items():
        (arguments.folder / name).mkdir(parents=True, exist_ok=True)
        tokenizer.save(str(arguments.folder / name / "tokenizer.json"))
        print(name, tokenizer.get_vocab_size())
