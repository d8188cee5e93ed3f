"""Runs the python blocks of a page, and checks that each prints the text block after it.

    python3 -m pip install -r bench/requirements.txt
    python3 scripts/docs/run_python_blocks.py docs/walkthrough.md docs/es/walkthrough.md docs/from-python.md
    python3 scripts/docs/run_python_blocks.py docs/from-python.md --model sentence-transformers/all-MiniLM-L6-v2=DIRECTORY

The rules are those of test/support/documented-scripts.ts, which checks that the JavaScript beside the Python prints the
same. A block without an import continues the script of the blocks before it. Blocks run in the repository's root.
`--model` loads a model by its name from a directory, without a network.
"""

import argparse
import contextlib
import io
import os
import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DECIMAL = re.compile(r"-?\d+\.\d+")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--model", action="append", default=[], metavar="NAME=DIRECTORY")
    options = parser.parse_args()
    pages = {page: python_blocks(page.read_text()) for page in options.pages}
    with tempfile.TemporaryDirectory() as cache:
        if options.model:
            # Set before huggingface_hub is imported, which reads them once.
            os.environ.update(HF_HUB_CACHE=cache, HF_HUB_OFFLINE="1")
        for model in options.model:
            add_to_cache(Path(cache), *model.split("="))
        os.chdir(ROOT)
        failed = [failure for page, blocks in pages.items() for failure in run(page, blocks)]
    print("\n".join(failed) or f"{sum(map(len, pages.values()))} blocks print what the pages show")
    sys.exit(bool(failed))


def add_to_cache(cache: Path, name: str, directory: str) -> None:
    commit = "0" * 40
    folder = cache / f"models--{name.replace('/', '--')}"
    (folder / "snapshots").mkdir(parents=True)
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text(commit)
    (folder / "snapshots" / commit).symlink_to(Path(directory).resolve())


def python_blocks(markdown: str) -> list[tuple[str, str | None]]:
    """The python blocks, each with its output if the next fenced block below the same heading is a text block."""
    fences = re.findall(r"^```([^\n]*)\n(.*?)^```$|^#+ ", markdown, re.MULTILINE | re.DOTALL)
    return [
        (body, following[1] if following[0] == "text" else None)
        for (info, body), following in zip(fences, [*fences[1:], ("", "")])
        if info == "python"
    ]


def run(page: Path, blocks: list[tuple[str, str | None]]) -> list[str]:
    failures = []
    names: dict = {}
    for index, (source, shown) in enumerate(blocks):
        if re.search(r"^(import|from) ", source, re.MULTILINE):
            names = {}
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(source, f"{page}, python block {index}", "exec"), names)
        if shown is not None and not is_same(printed.getvalue(), shown):
            failures.append(f"{page}, python block {index} printed:\n{printed.getvalue()}instead of:\n{shown}")
    return failures


def is_same(printed: str, shown: str) -> bool:
    if lines_of(DECIMAL.sub("#", printed)) != lines_of(DECIMAL.sub("#", shown)):
        return False
    return all(map(differ_by_rounding, DECIMAL.findall(printed), DECIMAL.findall(shown)))


def differ_by_rounding(a: str, b: str) -> bool:
    """At most one in the last digit: sums of float32 numbers depend on their order, which differs between processors."""
    digits = len(a.split(".")[1])
    return digits == len(b.split(".")[1]) and abs(float(a) - float(b)) < 1.01 * 10**-digits


def lines_of(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.rstrip().split("\n")]


if __name__ == "__main__":
    main()
