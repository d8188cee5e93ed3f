"""Packs sets of code points into strings, which src/text/unicode/character-class.ts reads."""


def ranges(code_points):
    """Returns the set as sorted [first, last] ranges."""
    found = []
    for code_point in sorted(code_points):
        if found and found[-1][1] == code_point - 1:
            found[-1][1] = code_point
        else:
            found.append([code_point, code_point])
    return found


def base36(number):
    digits = ""
    while True:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
        if number == 0:
            return digits


def pack(found):
    """Encodes ranges as `gap` or `gap-more` in base 36: code points since the last range, and code points after the first."""
    words, end = [], 0
    for first, last in found:
        words.append(base36(first - end) + ("-" + base36(last - first) if last > first else ""))
        end = last + 1
    return " ".join(words)


def literal(text):
    chunks, line = [], ""
    for word in text.split(" "):
        if len(line) + len(word) > 96:
            chunks.append(line)
            line = ""
        line += word + " "
    chunks.append(line.rstrip())
    return " +\n  ".join(f"'{chunk}'" for chunk in chunks)
