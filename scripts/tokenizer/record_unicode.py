"""Records the Rust `tokenizers` library's class of every Unicode code point, in src/text/unicode/bert-unicode.ts.

    python3 scripts/tokenizer/record_unicode.py > src/text/unicode/bert-unicode.ts
    npx biome check --write src/text/unicode/bert-unicode.ts

Needs: tokenizers==0.23.2. Takes about 15 seconds.

The Rust library has its own, older Unicode tables, so the tables of a JavaScript engine are not a reference. For this reason,
the classes below are read from the library, one code point at a time.

`sameNfdInAllEngines` is the exception: the ranges in which the engine's normalization form D and lower case can be used,
for any Unicode version. They have every code point that Rust decomposes, reorders or lowercases. Around those, they have
only code points that are assigned in Unicode 14 and that Rust treats as Unicode does. Unicode never changes the
decomposition, combining class or lower case of an assigned code point. `lowerCaseShifts` has newer code points, which
engines may not know yet.
"""

import sys
import unicodedata

from packed_ranges import literal, pack, ranges
from tokenizers import normalizers, pre_tokenizers

# The Unicode version of this Python. All versions from 14 (Python 3.11) give correct ranges, and 14 gives the safest ones.
assert unicodedata.unidata_version == "14.0.0", f"Unicode {unicodedata.unidata_version}: run with Python 3.11"


def bert(**on):
    off = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**{**off, **on}).normalize_str


clean, chinese = bert(clean_text=True), bert(handle_chinese_chars=True)
strip, lower = bert(strip_accents=True), bert(lowercase=True)
decompose = normalizers.NFD().normalize_str
split = pre_tokenizers.BertPreTokenizer().pre_tokenize_str

classes = {"dropped": set(), "whitespace": set(), "ideographs": set(), "punctuation": set()}
marks, reordered, moving, unstable, lowered = set(), set(), set(), set(), {}
forms = {}

for code_point in range(0x110000):
    if 0xD800 <= code_point < 0xE000:  # surrogates are not characters in Rust
        unstable.add(code_point)
        continue
    character = chr(code_point)
    cleaned = clean("a" + character + "b")
    words = len(split("a" + character + "b"))
    if cleaned == "ab":
        classes["dropped"].add(code_point)
    else:
        # Cleaning replaces exactly the characters that split words with a space, so the pre-tokenizer's class has them too.
        assert cleaned == ("a b" if words == 2 else "a" + character + "b"), hex(code_point)
    if words == 2:
        classes["whitespace"].add(code_point)
    elif words == 3:
        classes["punctuation"].add(code_point)
    if chinese(character) != character:
        classes["ideographs"].add(code_point)
    if strip("a" + character) == "a":
        marks.add(code_point)

    rust_form = decompose("a" + character)[1:]
    rust_lower = lower(character)
    # Tests whether the character changes places with a mark of the lowest or of the highest combining class.
    rust_moves = rust_form == character and (
        decompose("a" + character + "\u0334") != "a" + character + "\u0334"
        or decompose("a\u0345" + character) != "a\u0345" + character
    )
    if rust_moves:
        reordered.add(code_point)
    forms[code_point] = rust_form
    python_lower = "σ" if character == "Σ" else character.lower()  # Python lowercases a final sigma differently, Rust does not
    if (
        unicodedata.category(character) == "Cn"
        or unicodedata.normalize("NFD", character) != rust_form
        or (rust_form == character and (unicodedata.combining(character) != 0) != rust_moves)
        or python_lower != rust_lower
    ):
        unstable.add(code_point)
        assert rust_form == character and not rust_moves, hex(code_point)
        if rust_lower != character:
            assert len(rust_lower) == 1, hex(code_point)
            lowered[code_point] = ord(rust_lower) - code_point
    elif rust_form != character or rust_moves or rust_lower != character:
        moving.add(code_point)

# A mark that becomes only reordered marks can be removed before decomposition: the order of the others stays the same.
classes["reorderableMarks"] = {mark for mark in marks if all(ord(part) in reordered for part in forms[mark])}
classes["fixedMarks"] = marks - classes["reorderableMarks"]
classes["reorderableOthers"] = reordered - marks


def shift_ranges():
    """Returns `lowered` as [first, last, shift]. Consecutive code points with the same shift are one entry."""
    found = []
    for code_point, shift in sorted(lowered.items()):
        if found and found[-1][1] == code_point - 1 and found[-1][2] == shift:
            found[-1][1] = code_point
        else:
            found.append([code_point, code_point, shift])
    return found


notes = {
    "dropped": "Characters that cleaning removes: controls, format characters, private use, U+FFFD.",
    "whitespace": "Whitespace, which separates words.",
    "ideographs": "Characters that are words on their own: the CJK ideographs in BERT's list of blocks.",
    "reorderableMarks": "Characters that accent stripping removes and that decomposition may reorder.",
    "fixedMarks": "The other characters that accent stripping removes. Both sets together are the non-spacing marks.",
    "reorderableOthers": "Characters that decomposition may reorder and that accent stripping keeps.",
    "punctuation": "Punctuation, of which each character is split off as a separate word.",
}
out = sys.stdout
out.write(
    "/** Character classes of the Rust tokenizers library, written by scripts/tokenizer/record_unicode.py. */\n\n"
)
out.write("// Ranges of code points, packed: see character-class.ts.\n\n")
for name, code_points in classes.items():
    out.write(f"/** {notes[name]} */\nexport const {name} =\n  {literal(pack(ranges(code_points)))}\n\n")
assigned = ranges(set(range(0x110000)) - unstable)
stable = [span for span in assigned if any(code_point in moving for code_point in range(span[0], span[1] + 1))]
out.write("/** Ranges in which every engine's normalization form D and lower case equal Rust's. */\n")
out.write(f"export const sameNfdInAllEngines =\n  {literal(pack(stable))}\n\n")
out.write("/** Lower case outside `sameNfdInAllEngines`: first and last code point, and the number to add to each. */\n")
out.write("export const lowerCaseShifts: readonly (readonly [first: number, last: number, shift: number])[] = [\n")
for first, last, shift in shift_ranges():
    out.write(f"  [{first:#x}, {last:#x}, {shift}],\n")
out.write("]\n")
