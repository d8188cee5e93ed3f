"""Records the tokenizers that transformers' AutoTokenizer builds from files, in test/fixtures/tokenizer/classes.json.

    python3 scripts/tokenizer/record_classes.py

Needs: transformers==5.24, tokenizers==0.23.3, sentencepiece. Takes about a minute.

Each case describes the files of a checkpoint:

- `base` names the tokenizer.json (kinds/*.json) or, with "bert", vocab.txt.
- `changes` is an object of changes to tokenizer.json. `false` means a checkpoint that has a vocabulary file and no tokenizer.json.
- `files` are the other files. A string is the name of one of `contents`.
- `expected` is an index of `results`, or null if transformers fails or has no fast tokenizer. A result has the ids of each of the
  `texts`, the ids and type ids of the last text with the first one as its pair, and the padding token.
"""

import json
import pathlib
import tempfile

from transformers import AutoTokenizer, BertTokenizer
from transformers.utils import logging

logging.set_verbosity_error()
folder = pathlib.Path(__file__).parents[2] / "test" / "fixtures" / "tokenizer"
vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
size = len(vocabulary)

texts = [
    "the covidx knight, O Covidx mill",
    "<e1>the <e1> lance<e2> O[unused5]knight x<e3> <e3>x <E1>",
    "[MASK] the [MASK]\tknight <mask> old <mask>x [CLS] <s> b <img>",
    "  École ÀB lance  中文 ``quoted'' ﬁve the  ",
    "the Knight of La Mancha",
]


def load_bert():
    with tempfile.TemporaryDirectory() as directory:
        (pathlib.Path(directory) / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
        return json.loads(BertTokenizer.from_pretrained(directory).backend_tokenizer.to_str())


def load_base(name):
    return load_bert() if name == "bert" else json.loads((folder / "kinds" / f"{name}.json").read_text(encoding="utf-8"))["tokenizerJson"]


bases = {}
# Contents of files, by the names that the cases use.
contents = {"vocab.txt": "\n".join(vocabulary) + "\n"}


def merged(value, changes):
    """Applies a JSON merge patch in which null is a value, and "" removes a field."""
    if not isinstance(changes, dict) or not isinstance(value, dict):
        return changes
    result = {name: field for name, field in value.items() if changes.get(name) != ""}
    for name, change in changes.items():
        if change != "":
            result[name] = merged(result.get(name), change)
    return result


def tokens_of(directory):
    try:
        tokenizer = AutoTokenizer.from_pretrained(directory)
        if not tokenizer.is_fast:
            return None
        ids = [tokenizer(text)["input_ids"] for text in texts]
        pair = tokenizer(texts[-1], texts[0], return_token_type_ids=True)
        return [ids, pair["input_ids"], pair["token_type_ids"], tokenizer.pad_token]
    except Exception as error:
        print("   ", type(error).__name__, str(error).splitlines()[0][:120] if str(error) else "")
        return None


cases = []


def case(base, files, *, changes=None, model_type="bert", config=None):
    if base not in bases:
        bases[base] = load_base(base)
    files = {**files, "config.json": {"model_type": model_type, "vocab_size": 100_000, **(config or {})}}
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory)
        if changes is not False:
            (path / "tokenizer.json").write_text(json.dumps(merged(bases[base], changes or {})), encoding="utf-8")
        for name, value in files.items():
            (path / name).write_text(contents[value] if isinstance(value, str) else json.dumps(value), encoding="utf-8")
        expected = tokens_of(directory)
    print(len(cases), base, {name: value if len(str(value)) < 90 else "..." for name, value in files.items()}, "->", expected and "ok")
    cases.append({"base": base, "files": files, "changes": {} if changes is None else changes, "expected": expected})


def added(content, **options):
    return {"content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": True, "special": False, **options}


def typed(content, **options):
    return {"__type": "AddedToken", **added(content, **options)}


five = {str(id): added(token, normalized=False, special=True) for id, token in enumerate(vocabulary[:5])}
knight = vocabulary.index("knight")

# All files and forms that add tokens to the vocabulary.
overlays = [
    {},
    {"added_tokens.json": {"covidx": size}},
    {"added_tokens.json": {"covidx": size + 3, "<e1>": size + 7}},
    {"added_tokens.json": {"<e2>": size + 1, "covidx": size, "knight": knight}},
    {"added_tokens.json": {"Covidx": size, "<E1>": size + 1}},
    {"added_tokens.json": {"<e1>": size}, "special_tokens_map.json": {"additional_special_tokens": ["<e1>"]}},
    {"added_tokens.json": {"<e1>": size}, "special_tokens_map.json": {"bos_token": "<e1>"}},
    {"added_tokens.json": {"<e1>": size}, "tokenizer_config.json": {"additional_special_tokens": ["<e1>", "<e3>"]}},
    {"tokenizer_config.json": {"additional_special_tokens": ["<e1>", "knight", "lance"]}},
    {"tokenizer_config.json": {"additional_special_tokens": [typed("<e1>", lstrip=True, normalized=False), typed("<e3>", rstrip=True)]}},
    {"tokenizer_config.json": {"extra_special_tokens": ["<e3>", "<e1>"]}},
    {"tokenizer_config.json": {"extra_special_tokens": ["<e3>"], "additional_special_tokens": ["<e1>"]}},
    {"tokenizer_config.json": {"extra_special_tokens": [], "additional_special_tokens": ["<e1>"]}},
    {"tokenizer_config.json": {"extra_special_tokens": {"image_token": "<img>", "boi_token": "<e1>"}}},
    {"tokenizer_config.json": {"image_token": "<img>", "extra_special_tokens": {"boi_token": "<e1>"}}},
    {"tokenizer_config.json": {"image_token": "<img>", "two_token": typed("<e1>")}},
    {"tokenizer_config.json": {"additional_special_tokens": None, "extra_special_tokens": None}},
    {"tokenizer_config.json": {"bos_token": "<e1>", "eos_token": "<e2>", "mask_token": typed("[MASK]", lstrip=True, special=True)}},
    {"tokenizer_config.json": {"mask_token": "<mask>"}},
    {"tokenizer_config.json": {"mask_token": {**added("[MASK]", lstrip=True)}}},
    {"tokenizer_config.json": {"added_tokens_decoder": {**five, str(size): added("covidx"), str(size + 1): added("<e1>", lstrip=True, rstrip=True)}}},
    {"tokenizer_config.json": {"added_tokens_decoder": {**five, str(size + 9): added("covidx", single_word=True), str(size + 4): added("<e1>", special=True)}}},
    {"tokenizer_config.json": {"added_tokens_decoder": {**five, "4": added("[MASK]", lstrip=True, normalized=False, special=True)}}},
    {"tokenizer_config.json": {"added_tokens_decoder": {str(size): added("covidx")}, "additional_special_tokens": ["<e1>"], "mask_token": "[MASK]"}},
    {"tokenizer_config.json": {"added_tokens_decoder": {}}, "added_tokens.json": {"covidx": size}},
    {
        "tokenizer_config.json": {"added_tokens_decoder": {**five, str(size): added("covidx", normalized=False)}, "additional_special_tokens": ["covidx", "<e1>"]},
        "added_tokens.json": {"<e2>": size},
        "special_tokens_map.json": {"additional_special_tokens": ["<e3>"], "mask_token": "<mask>"},
    },
    {"special_tokens_map.json": {"additional_special_tokens": ["<e1>", "<e2>"]}},
    {"special_tokens_map.json": {"additional_special_tokens": ["<e1>"]}, "tokenizer_config.json": {"additional_special_tokens": ["<e2>"]}},
    {"special_tokens_map.json": {"additional_special_tokens": [added("<e1>", lstrip=True)]}},
    {"special_tokens_map.json": {"extra_special_tokens": ["<e1>", added("<e3>", rstrip=True)]}, "tokenizer_config.json": {"extra_special_tokens": ["<e2>"]}},
    {"special_tokens_map.json": {"extra_special_tokens": {"image_token": "<img>"}}},
    {"special_tokens_map.json": {"image_token": "<img>"}},
    {"special_tokens_map.json": {"mask_token": added("[MASK]", lstrip=True, normalized=False)}, "tokenizer_config.json": {"mask_token": "<mask>"}},
    {"special_tokens_map.json": {"mask_token": {"content": "<mask>", "lstrip": True, "normalized": True, "rstrip": False, "single_word": False}}},
    {"special_tokens_map.json": {"bos_token": "<e1>", "mask_token": "[MASK]", "cls_token": "[CLS]"}},
    {"special_tokens_map.json": {"cls_token": "<e1>", "sep_token": "<e2>"}},
    {"tokenizer_config.json": {"cls_token": "knight", "sep_token": "mill", "pad_token": "old"}},
    {"tokenizer_config.json": {"unk_token": "knight"}},
    {"tokenizer_config.json": {"do_lower_case": False, "additional_special_tokens": ["<e1>"]}, "added_tokens.json": {"Covidx": size}},
    {"tokenizer_config.json": {"split_special_tokens": True, "additional_special_tokens": ["<e1>"]}},
    # Lists and objects of both names, and tokens that say nothing of themselves, or that they are not special.
    {"tokenizer_config.json": {"additional_special_tokens": ["<e1>", "knight"], "extra_special_tokens": {"image_token": "<img>", "boi_token": "<e3>"}}},
    {"tokenizer_config.json": {"extra_special_tokens": {"image_token": "<img>"}}, "special_tokens_map.json": {"additional_special_tokens": ["<e1>"]}},
    {"tokenizer_config.json": {"extra_special_tokens": ["<e2>"]}, "special_tokens_map.json": {"extra_special_tokens": {"image_token": "<img>"}, "additional_special_tokens": ["<e1>"]}},
    {"tokenizer_config.json": {"extra_special_tokens": None}, "special_tokens_map.json": {"additional_special_tokens": ["<e1>"]}},
    {"tokenizer_config.json": {"extra_special_tokens": []}, "special_tokens_map.json": {"additional_special_tokens": ["<e1>"]}},
    {"tokenizer_config.json": {"image_token": added("<img>", special=True), "two_token": {"content": "<e1>"}}},
    {"tokenizer_config.json": {"split_special_tokens": True, "additional_special_tokens": [typed("<e1>", special=True), typed("<e3>"), typed("knight", normalized=False)]}},
    {"tokenizer_config.json": {"additional_special_tokens": [{"__type": "AddedToken", "content": "Knight"}, {"__type": "AddedToken", "content": "<E1>", "special": True}]}},
    {"tokenizer_config.json": {"additional_special_tokens": [typed("<E1>", lstrip=True, normalized=False)]}, "added_tokens.json": {"<E1>": size, "Covidx": size + 1}},
    {"tokenizer_config.json": {"bos_token": typed("<E1>", normalized=False)}, "added_tokens.json": {"<E1>": size}, "special_tokens_map.json": {"eos_token": added("<e3>", normalized=False)}},
    # Empty strings for tokens that there are none of.
    {"tokenizer_config.json": {"mask_token": ""}},
    {"tokenizer_config.json": {"bos_token": "", "image_token": "", "additional_special_tokens": ["", "<e1>"]}},
    {"tokenizer_config.json": {"added_tokens_decoder": {**five, str(size): added(""), str(size + 1): added("<e1>")}}},
    {"added_tokens.json": {"": size, "covidx": size + 1}, "special_tokens_map.json": {"eos_token": added(""), "additional_special_tokens": ["", "<e1>"]}},
]
for overlay in overlays:
    case("bert", {"vocab.txt": "vocab.txt", **overlay}, changes=False)
    case("bert", overlay)
    case("bert", {**overlay, "tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast", **overlay.get("tokenizer_config.json", {})}})

# Tokens that tokenizer.json adds.
own = [{"id": id, **token} for id, token in enumerate(five.values())]
for tokens in [
    [*own, {"id": size, **added("covidx")}],
    [*own, {"id": size + 5, **added("covidx")}, {"id": size + 2, **added("<e1>", normalized=False, lstrip=True)}],
    [*own, {"id": 3, **added("knight", normalized=False)}, {"id": 900, **added("mill", special=True)}],
    [*own[:2], {"id": size, **added("Covidx")}],
    [],
]:
    for name in ("BertTokenizer", "PreTrainedTokenizerFast"):
        for extra in (
            {},
            {"additional_special_tokens": ["<e2>", "covidx"]},
            {"mask_token": "[MASK]", "added_tokens_decoder": {**five, str(size): added("covidx", rstrip=True)}},
        ):
            case("bert", {"tokenizer_config.json": {"tokenizer_class": name, **extra}}, changes={"added_tokens": tokens})
            if extra == {}:
                case("bert", {"tokenizer_config.json": {"tokenizer_class": name}, "added_tokens.json": {"covidx": size, "<e3>": size + 5}}, changes={"added_tokens": tokens})

# BERT's class with a tokenizer.json that contradicts it.
cased = {"lowercase": False, "strip_accents": False, "handle_chinese_chars": False}
for config in ({}, {"do_lower_case": False}, {"do_lower_case": False, "strip_accents": True}, {"tokenize_chinese_chars": False}, None):
    for name in ("BertTokenizer", "BertTokenizerFast", "ElectraTokenizer", "DPRQuestionEncoderTokenizer", "ConvBertTokenizer", None):
        files = {} if config is None else {"tokenizer_config.json": {**config, **({"tokenizer_class": name} if name else {})}}
        if config is None and name not in (None, "BertTokenizer"):
            continue
        case("bert", files, changes={"normalizer": cased}, config={"tokenizer_class": name} if config is None and name else None)
case("bert", {"tokenizer_config.json": {"tokenizer_class": "BertTokenizer"}}, changes={"normalizer": {"type": "Lowercase"}})
case("bert", {"tokenizer_config.json": {"tokenizer_class": "BertTokenizer"}}, changes={"normalizer": None, "pre_tokenizer": {"type": "Whitespace"}})
case("bert", {"tokenizer_config.json": {"tokenizer_class": "BertTokenizer"}}, changes={"post_processor": None})
case("bert", {"tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast"}}, changes={"post_processor": None})
case("bert", {"tokenizer_config.json": {"tokenizer_class": "BertTokenizer"}}, changes={"model": {"max_input_chars_per_word": 3}})
case("bert", {"tokenizer_config.json": {"tokenizer_class": "NoSuchTokenizer", "do_lower_case": True}}, changes={"normalizer": cased})
for model_type in ("distilbert", "electra", "ernie", "nomic_bert", "roberta", "modernbert", "mpnet", "no-such-model"):
    for name in (None, "BertTokenizer", "PreTrainedTokenizerFast"):
        case("bert", {"tokenizer_config.json": {"tokenizer_class": name} if name else {}}, changes={"normalizer": cased}, model_type=model_type)

# The other classes with files that contradict them.
sides = [{}, {"add_prefix_space": True}, {"add_prefix_space": False}]
kinds = {
    "roberta": ("roberta", ["RobertaTokenizer", "RobertaTokenizerFast", "BartTokenizer", "LongformerTokenizerFast", None], sides),
    "roberta_prefix": ("roberta", ["RobertaTokenizer", "PreTrainedTokenizerFast"], sides),
    "gpt2": ("data2vec-text", [None, "PreTrainedTokenizerFast"], [{}, {"pad_token": "<|endoftext|>"}]),
    "modernbert": ("modernbert", [None, "PreTrainedTokenizerFast", "BertTokenizer"], sides[:2]),
    "xlm_roberta": ("xlm-roberta", ["XLMRobertaTokenizer", "XLMRobertaTokenizerFast", "PreTrainedTokenizerFast", None], sides),
    "e5": ("bert", ["XLMRobertaTokenizer", "PreTrainedTokenizerFast", None], sides),
    "camembert": ("camembert", ["CamembertTokenizer", "PreTrainedTokenizerFast", None], sides),
    "albert": ("albert", ["AlbertTokenizer", "AlbertTokenizerFast", "PreTrainedTokenizerFast", None], [*sides, {"do_lower_case": False}, {"keep_accents": True}, {"do_lower_case": False, "keep_accents": True}]),
    "byte_fallback_unigram": ("camembert", ["CamembertTokenizer", "XLMRobertaTokenizer", "PreTrainedTokenizerFast"], sides[:1]),
    "bpe_suffix": ("bert", ["HerbertTokenizer", "HerbertTokenizerFast", "PreTrainedTokenizerFast"], [{}]),
    "bpe_prefix": ("bert", ["PreTrainedTokenizerFast"], [{}]),
    "bpe_bytes": ("bert", ["PreTrainedTokenizerFast"], [{}]),
    "mpnet": ("mpnet", ["MPNetTokenizer", "MPNetTokenizerFast", "PreTrainedTokenizerFast", None], [{}, {"do_lower_case": False}, {"strip_accents": False, "mask_token": "<mask>"}]),
    "electra": ("electra", ["ElectraTokenizer", "PreTrainedTokenizerFast", None], [{}, {"do_lower_case": False}]),
}
for base, (model_type, names, configs) in kinds.items():
    for name in names:
        for config in configs:
            files = {"tokenizer_config.json": {**config, **({"tokenizer_class": name} if name else {})}}
            case(base, files, model_type=model_type)
            if config == {}:
                case(base, files, model_type=model_type, changes={"model": {"type": ""}})
                case(base, {"tokenizer_config.json": {**files["tokenizer_config.json"], "additional_special_tokens": ["<e1>", "covidx"], "image_token": "<img>"}}, model_type=model_type)
                case(base, {**files, "added_tokens.json": {"<e1>": 420, "covidx": 421}, "special_tokens_map.json": {"mask_token": "<mask>"}}, model_type=model_type)
                case(base, files, model_type=model_type, changes={"post_processor": None})
                case(base, files, model_type=model_type, changes={"added_tokens": []})

# Older forms of the files.
plain = {"tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast"}}
merges = [" ".join(merge) for merge in load_base("roberta")["model"]["merges"]]
case("roberta", plain, model_type="roberta", changes={"model": {"type": "", "merges": ["#version: 0.2", *merges]}})
for scheme in ({"add_prefix_space": True}, {"add_prefix_space": True, "str_rep": "▁"}, {"add_prefix_space": False, "prepend_scheme": "never"}, {"prepend_scheme": "first", "split": False}):
    metaspace = {"type": "Metaspace", "replacement": "▁", **scheme}
    parts = {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, metaspace]}
    case("xlm_roberta", plain, changes={"pre_tokenizer": parts, "model": {"type": "", "byte_fallback": ""}})
bert_fields = {"clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True}
for normalizer in (bert_fields, {"type": "Bert", **bert_fields}, {"strip_left": True, "strip_right": False}, {"normalizers": [{"type": "NFKD"}, {"prepend": "a"}, {"pattern": {"String": "e"}, "content": "i"}]}):
    case("bpe_suffix", plain, changes={"normalizer": {"type": "", "normalizers": "", **normalizer}})
cls, sep = ["<s>", 2], ["</s>", 3]
for processor in ({"cls": cls, "sep": sep}, {"cls": cls, "sep": sep, "trim_offsets": True, "add_prefix_space": False}, {"type": "RobertaProcessing", "cls": cls, "sep": sep}, {"type": "BertProcessing", "cls": cls, "sep": sep, "trim_offsets": True, "add_prefix_space": False}):
    case("bpe_suffix", plain, changes={"post_processor": {"type": "", "single": "", "pair": "", "special_tokens": "", **processor}})
case("bpe_suffix", plain, changes={"post_processor": {"type": ""}})
case("bpe_suffix", plain, changes={"model": {name: "" for name in ("type", "dropout", "fuse_unk", "byte_fallback", "ignore_merges", "continuing_subword_prefix")}})
case("bpe_suffix", plain, changes={"model": {"merges": "", "type": ""}})
case("bpe_suffix", plain, changes={"model": {"type": "WordLevel"}, "truncation": "", "padding": "", "version": "", "decoder": ""})
case("bert", plain, changes={"model": {"type": ""}})
case("byte_fallback_unigram", plain, changes={"model": {"type": "", "unk_id": 3}})

# Files without a tokenizer.json.
roberta = load_base("roberta")["model"]
contents["vocab.json of roberta"] = json.dumps(roberta["vocab"])
contents["merges.txt of roberta"] = "#version: 0.2\n" + "\n".join(merges) + "\n"
pair = {"vocab.json": "vocab.json of roberta", "merges.txt": "merges.txt of roberta"}
for name in ("RobertaTokenizer", "BartTokenizer", "LongformerTokenizer", "PreTrainedTokenizerFast", "NoSuchTokenizer", None):
    for config in (*sides, {"added_tokens_decoder": {"4": added("<mask>", lstrip=True, special=True), "500": added("covidx")}}):
        case("roberta", {**pair, "tokenizer_config.json": {**config, **({"tokenizer_class": name} if name else {})}}, changes=False, model_type="roberta")
case("roberta", {**pair, "special_tokens_map.json": {"mask_token": added("<mask>", lstrip=True), "additional_special_tokens": ["<e1>"]}, "added_tokens.json": {"covidx": 420}}, changes=False, model_type="roberta")
case("roberta", pair, changes=False, model_type="data2vec-text")
case("roberta", {"vocab.json": pair["vocab.json"]}, changes=False, model_type="roberta")
contents["merges.txt without a version"] = "\n".join(merges)
case("roberta", {**pair, "merges.txt": "merges.txt without a version"}, changes=False, model_type="roberta")
for name in ("BertTokenizer", "BertTokenizerFast", "DistilBertTokenizer", "ElectraTokenizer", "MobileBertTokenizer", "SqueezeBertTokenizer", "ConvBertTokenizer", "LayoutLMTokenizer", "LxmertTokenizer", "DPRContextEncoderTokenizer", "BertJapaneseTokenizer", "FunnelTokenizer", "PreTrainedTokenizerFast", "NoSuchTokenizer", None):
    for config in ({}, {"do_lower_case": False}):
        case("bert", {"vocab.txt": "vocab.txt", "tokenizer_config.json": {**config, **({"tokenizer_class": name} if name else {})}}, changes=False)
contents["vocab.txt of mpnet"] = "\n".join(sorted(load_base("mpnet")["model"]["vocab"], key=load_base("mpnet")["model"]["vocab"].get)) + "\n"
for name in ("MPNetTokenizer", None):
    for config in ({}, {"mask_token": typed("<mask>", lstrip=True, special=True)}, {"do_lower_case": False, "cls_token": "<s>"}):
        case("mpnet", {"vocab.txt": "vocab.txt of mpnet", "tokenizer_config.json": {**config, **({"tokenizer_class": name} if name else {})}}, changes=False, model_type="mpnet")
for name in ("BertJapaneseTokenizer", "NoSuchTokenizer"):
    case("bert", {"vocab.txt": "vocab.txt"}, changes=False, config={"tokenizer_class": name})
    case("bert", {"vocab.txt": "vocab.txt", "tokenizer_config.json": {"tokenizer_class": name}})
for name, lines, files in (
    ("no [MASK]", [token for token in vocabulary if token != "[MASK]"], {}),
    ("no [PAD]", [token for token in vocabulary if token not in ("[PAD]", "[SEP]")], {"added_tokens.json": {"[PAD]": size - 2, "[SEP]": size - 1}}),
    ("equal lines", [*vocabulary, "knight"], {"added_tokens.json": {"covidx": size + 1}}),
):
    contents[name] = "\n".join(lines) + "\n"
    case("bert", {"vocab.txt": name, **files}, changes=False)

del contents["vocab.txt"]  # it is a separate fixture
results = []
for recorded in cases:
    if recorded["expected"] is not None:
        if recorded["expected"] not in results:
            results.append(recorded["expected"])
        recorded["expected"] = results.index(recorded["expected"])
value = {"texts": texts, "bert": bases["bert"], "contents": contents, "results": results, "cases": cases}
path = folder / "classes.json"
path.write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace('},{"base"', '},\n{"base"').replace("],[[[", "],\n[[["), encoding="utf-8")
print(path.name, path.stat().st_size, len(cases), sum(case["expected"] is None for case in cases))
