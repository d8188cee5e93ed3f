"""Records the character classes of all parts that BERT's tokenizer does not use, in src/text/unicode/further-unicode.ts.

    python3 scripts/tokenizer/record_further_unicode.py > src/text/unicode/further-unicode.ts
    npx biome check --write src/text/unicode/further-unicode.ts

Needs: tokenizers==0.23.2 under Python 3.11 (Unicode 14, see record_unicode.py). Takes about 20 seconds.

Each class is read from the Rust library, through the part that uses it. A `Precompiled` normalizer shows how it joins characters
into graphemes: its table maps the first byte of a character, and with it the whole grapheme.
"""

import struct
import unicodedata

from packed_ranges import literal, pack, ranges
from tokenizers import Regex, normalizers, pre_tokenizers

assert unicodedata.unidata_version == "14.0.0", f"Unicode {unicodedata.unidata_version}: run with Python 3.11"


def first_byte_map(replacements):
    """A precompiled charsmap (a Darts double array) that maps single bytes, each to one ASCII character."""
    root, leaf_row = 256, 512
    units = [0] * 1024
    units[0] = root << 10
    for index, byte in enumerate(replacements):
        units[root + byte] = byte | 1 << 8 | (root ^ leaf_row) << 10
        units[leaf_row + byte] = 2 * index
    strings = b"".join(to.encode() + b"\0" for to in replacements.values())
    return normalizers.Precompiled(struct.pack("<I", 4 * len(units)) + struct.pack("<1024I", *units) + strings).normalize_str


def matcher(pattern):
    remove = normalizers.Replace(Regex(pattern), "").normalize_str
    return lambda character: remove(character) == ""


is_letter, is_number = matcher(r"\p{L}"), matcher(r"\p{N}")
only_a = first_byte_map({0x61: "X"})
any_byte = first_byte_map({**{byte: "Y" for byte in range(1, 0xF5)}, 0x61: "X"})
words = pre_tokenizers.Whitespace().pre_tokenize_str
strip_accents = normalizers.StripAccents().normalize_str
forms = {form: getattr(normalizers, form)().normalize_str for form in ("NFC", "NFD", "NFKC", "NFKD")}

names = ("letters", "numbers", "otherWordCharacters", "combiningMarks", "extending", "prepended", "controls")
classes = {name: set() for name in names}
same_forms, moving = set(), set()

for code_point in range(0x110000):
    if 0xD800 <= code_point < 0xE000:
        continue
    c = chr(code_point)
    if is_letter(c):
        classes["letters"].add(code_point)
    elif is_number(c):
        classes["numbers"].add(code_point)
    pieces = words("a" + c)
    is_word = len(pieces) == 1 and len(pieces[0][0]) == 2
    assert is_word or code_point not in classes["letters"], hex(code_point)
    if is_word and code_point not in classes["letters"]:
        classes["otherWordCharacters"].add(code_point)
    if strip_accents(c) == "":
        classes["combiningMarks"].add(code_point)

    byte_length = len(c.encode())
    if only_a("a" + c) == "X":
        classes["extending"].add(code_point)
    if byte_length > 1 and any_byte(c + "a") == "Y":
        classes["prepended"].add(code_point)
    if byte_length < 4 and len(any_byte(c + "\u0301")) > 1:
        classes["controls"].add(code_point)

    rust = {form: normalize(c) for form, normalize in forms.items()}
    nfd = forms["NFD"]
    moves = rust["NFD"] == c and (nfd("a" + c + "\u0334") != "a" + c + "\u0334" or nfd("a\u0345" + c) != "a\u0345" + c)
    if (
        unicodedata.category(c) != "Cn"
        and all(unicodedata.normalize(form, c) == rust[form] for form in forms)
        and (rust["NFD"] != c or (unicodedata.combining(c) != 0) == moves)
    ):
        same_forms.add(code_point)
    if moves or any(form != c for form in rust.values()):
        moving |= {code_point, *map(ord, rust["NFD"])}

# Hangul, whose vowels and finals are composed by NFC.
moving |= set(range(0x1100, 0x1200))
same_ranges = [span for span in ranges(same_forms) if any(code_point in moving for code_point in range(span[0], span[1] + 1))]

notes = {
    "letters": "General category L.",
    "numbers": "General category N.",
    "otherWordCharacters": "Characters other than letters that a word may contain: marks, decimal digits, connectors and the like.",
    "combiningMarks": "Characters that `StripAccents` removes: general category M.",
    "extending": "Characters that belong to the grapheme before them: extending characters, spacing marks, the zero-width joiner.",
    "prepended": "Characters that belong to the grapheme after them.",
    "controls": "Characters that are always a separate grapheme: controls and line ends.",
}
print("/** More character classes of the Rust tokenizers library, written by scripts/tokenizer/record_further_unicode.py. */\n")
print("// Ranges of code points, packed: see character-class.ts.\n")
for name in names:
    print(f"/** {notes[name]} */\nexport const {name} =\n  {literal(pack(ranges(classes[name])))}\n")
print("/** Ranges in which every engine's normalization forms equal Rust's. Rust's forms do not change other characters. */")
print(f"export const sameFormsInAllEngines =\n  {literal(pack(same_ranges))}")
