"""The table of `docs/hostile.md`: what each hostile input holds, and what happens to it."""

import json
from typing import Any, NamedTuple

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
(`<U+001B>`). No input leads to a traceback. What is refused is a line on standard error and in the
report; the others are read, and the exit code is 3, or 2 if none could be.

| input | what is in it | what happens |
| --- | --- | --- |
"""

# The files of tests/hostile/inputs, in the order in which they are made.
SMALL = {
    "csi.txt": "colours, moves of the cursor, questions that a terminal answers (CSI)",
    "osc-8.txt": "links that show another address than theirs (OSC 8)",
    "osc-52.txt": "a command for the clipboard (OSC 52)",
    "osc-title.txt": "titles of the window, device control, a reset",
    "c1.txt": "colours, titles, commands for a terminal, spelled in C1",
    "c1-bytes.txt": "bytes of C1 that are no UTF-8",
    "carriage-return.txt": "a text that hides what stands before it",
    "backspace-bell.txt": "backspaces, bells, deletes",
    "shift-out.txt": "another set of characters, flow control",
    "markup.txt": "markup of Rich: `[bold]`, `[/]`, `:smile:`",
    "html.txt": "HTML, a script, ends of CDATA and comments",
    "formulas.txt": "formulas for a spreadsheet",
    "sql.txt": "SQL that drops a table",
    "format-strings.txt": "format strings, substitutions of a shell",
    "bidi.txt": "controls that turn text around, some without an end",
    "zero-width.txt": "characters that are drawn as nothing",
    "tags.txt": "words hidden in tag characters",
    "combining.txt": "a tower of 900 combining marks",
    "selectors.txt": "400 variation selectors",
    "emoji.txt": "families, flags, tones of skin",
    "right-to-left.txt": "a script that runs the other way",
    "separators.txt": "separators of lines and paragraphs within a line",
    "private.txt": "private and unassigned code points, and such as are no characters",
    "nul.txt": "NUL within a text",
    "nul-lines.txt": "lines of NUL",
    "surrogates.txt": "lone surrogates, spelled as UTF-8 would",
    "surrogates-utf-16.txt": "half a pair in UTF-16",
    "invalid-utf-8.txt": "bytes that are no UTF-8 among those that are",
    "cut-character.txt": "a dump cut within a character",
    "latin-1.txt": "Latin-1",
    "utf-7.txt": "a script spelled in UTF-7",
    "utf-8-bom.txt": "UTF-8 with a byte order mark",
    "utf-16-le-bom.txt": "UTF-16 with a byte order mark, little end first",
    "utf-16-be-bom.txt": "UTF-16 with a byte order mark, big end first",
    "utf-16-le.txt": "UTF-16 without a mark, little end first",
    "utf-16-be.txt": "UTF-16 without a mark, big end first",
    "utf-16-odd.txt": "UTF-16 with a byte too many",
    "utf-32-bom.txt": "UTF-32",
    "utf-32-beyond.txt": "UTF-32 with numbers beyond all characters",
    "gb18030.txt": "GB18030",
    "shift-jis.txt": "Shift_JIS",
    "euc-jp.txt": "EUC-JP",
    "big5.txt": "Big5",
    "euc-kr.txt": "EUC-KR",
    "mixed.txt": "dumps of several encodings in one file",
    "empty.txt": "nothing",
    "line-end.txt": "a line end",
    "bom-only.txt": "a byte order mark",
    "blank.txt": "white space of many kinds",
    "no-line-end.txt": "no line end at the end",
    "crlf.txt": "line ends of Windows",
    "cr.txt": "line ends of old Macs: one line",
    "cr-cr-lf.txt": "line ends that were converted twice",
    "headers.txt": "50 header lines",
    "glued.txt": "dumps joined without a line end",
    "header-inside.txt": "a text that begins like a header",
    "before-header.txt": "a line before the first header",
    "markers.txt": "marks of a cut, brackets and dots by the hundred",
    "numbers.txt": "numbers of thousands of digits",
    "dates.txt": "dates that no calendar has",
    "placeholders.txt": "hundreds of placeholders, some never closed",
    "emoji-only.txt": "texts without a letter",
    "same.txt": "one line 40 times",
    "picture.png": "a picture",
    "database.db": "a database",
    "tar.tar": "a tar archive",
    "zip.zip": "a zip archive",
    "noise.bin": "noise",
    "zeros.bin": "zeros",
    "packed.gz": "a dump packed by gzip",
    "packed.bz2": "a dump packed by bzip2",
    "packed.xz": "a dump packed by xz",
    "packed.zst": "a dump packed by zstd",
    "packed.tar.gz": "a tar archive, packed",
    "twice.gz": "gzip within gzip",
    "other-twice.gz": "bzip2 within gzip",
    "truncated.gz": "a gzip archive that was cut",
    "truncated.bz2": "a bzip2 archive that was cut",
    "truncated.xz": "an xz archive that was cut",
    "truncated.zst": "a zstd archive that was cut",
    "magic-only.gz": "the first bytes of a gzip archive and no more",
    "magic-only.xz": "those of an xz archive",
    "magic-only.zst": "those of a zstd archive",
    "rubbish-behind.gz": "an archive with rubbish behind it",
    "wrong-sum.gz": "an archive with a wrong sum",
    "members.gz": "an archive of 601 members, 600 of them empty",
}


class Odd(NamedTuple):
    """What is no file of its own: what happens to it, and the test that holds it."""

    answer: str
    test: str


ODD = {
    "a fifo": Odd("read to its end", "a_fifo_is_read_to_its_end"),
    "a fifo in a folder": Odd("left out", "a_fifo_in_a_folder_is_not_waited_for"),
    "`/dev/zero`, `/dev/urandom`": Odd(
        "refused: looks like binary data", "a_device_without_end_is_refused_at_its_beginning"
    ),
    "`/dev/null`": Odd("no excerpts; warns of `empty`", "a_device_without_anything_is_empty"),
    "folders that link to each other, a link to itself": Odd(
        "each file is read once; the link is refused", "a_loop_of_folders_is_walked_once"
    ),
    "a file that grows while it is read": Odd(
        "read as it was when it was opened", "a_file_that_grows_has_an_end"
    ),
    "output that is its own input, also through a link or as standard input": Odd(
        "refused: is where the output goes", "output_is_never_its_own_input"
    ),
    "file names with line ends, escape sequences, bidi controls, bytes that are no UTF-8": Odd(
        "shown escaped, exact in JSON", "a_file_may_have_any_name"
    ),
    "file names with a dash in front": Odd(
        "read where they stand behind `--` or `./`", "a_name_with_a_dash_stands_behind_two"
    ),
    "any of these texts in an option": Odd(
        "taken, or refused as wrong usage", "texts_of_the_command_line_may_be_anything"
    ),
    "formulas in CSV": Odd("get an apostrophe in front", "no_spreadsheet_finds_a_formula"),
}


def table() -> str:
    """Return the page."""
    known = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
    rows = [f"| `{name}` | {holds} | {_small(known[name])} |" for name, holds in SMALL.items()]
    rows += [f"| large | {name} | {_large(name)} |" for name in LARGE]
    rows += [f"| no file | {name} | {odd.answer} |" for name, odd in ODD.items()]
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
        return f"refused: {reason}"
    return "read in full" + (f" with `{' '.join(found.options)}`" if found.options else "")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def comparable() -> bool:
    """Tell whether the inputs are those of the page: at full size other caps are met."""
    return not FULL and "a zstd bomb" in LARGE
