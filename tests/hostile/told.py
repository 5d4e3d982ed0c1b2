"""The table of hostile inputs, as `docs/hostile.md` shows it."""

import json
from typing import Any

from tests.hostile.inputs import FOLDER
from tests.hostile.large import FULL, LARGE

PAGE = FOLDER.parent.parent / "docs" / "hostile.md"
HEAD = """\
# Hostile inputs, and what happens to each

Made by `python -m tests.hostile` from `tests/hostile/expected.json` and `tests/hostile/large.py`,
by which `tests/test_hostile.py` gives every one of them to every command, in every form of output,
beside a harmless source that must come through.

Whatever is in a text, it is kept byte for byte (`feedtool cat`), and JSON gives it back exactly. At
a terminal, in messages and in CSV, what would be obeyed or not drawn is shown as its code point
(`<U+001B>`). No input leads to a traceback. A fifo, a device, a folder that holds itself, a file
that grows, output that is its own input, and odd names of files have tests of their own.

| input | what is said of it |
| --- | --- |
"""


def table() -> str:
    """Return the page."""
    known = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
    rows = [f"| `{name}` | {_small(expected)} |" for name, expected in known.items()]
    rows += [f"| {name} | {_large(name)} |" for name in LARGE if "zstd" not in name]
    return HEAD + "\n".join(rows) + "\n"


def _small(expected: dict[str, Any]) -> str:
    if expected["failure"]:
        return f"refused: {expected['failure']}"
    pages = len(expected["excerpts"])
    said = [f"{_count(sum(expected['excerpts']), 'excerpt')}"]
    if pages > 1:
        said[0] += f" on {pages} pages"
    said.append("read as " + ", ".join(dict.fromkeys(expected["encodings"])))
    if warnings := dict.fromkeys(expected["warnings"]):
        said.append("warned of: " + ", ".join(f"`{code}`" for code in warnings))
    return "; ".join(said)


def _large(name: str) -> str:
    found = LARGE[name]
    if found.reason:
        # Which cap is met first depends on the size.
        reason = "beyond a cap" if found.reason.endswith("--max-") else found.reason
        return f"refused, the rest is done (exit code {found.code}): {reason}"
    return "read in full" + (f" with `{' '.join(found.options)}`" if found.options else "")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def comparable() -> bool:
    """Tell whether the inputs are those of the page: at full size other caps are met."""
    return not FULL
