"""One boundary for each kind of output: what others wrote leaves here visible and harmless."""

import re
from unicodedata import category

# Written so that no source file of ours holds an invisible character. Controls of terminals (C0,
# DEL, C1), the bidi controls of CVE-2021-42574, line separators, everything that is drawn as
# nothing, and lone surrogates, which no output encoding takes.
_UNSEEN = re.compile(
    "["
    "\\x00-\\x1f\\x7f-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f"
    "\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffb"
    "\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e0fff\\ud800-\\udfff"
    "]"
)

# Terminals disagree on the width of emoji that are joined or varied. Without the joiner and the
# selector the parts stand beside each other, and a row keeps its length everywhere.
_EMOJI_GLUE = re.compile(
    "[\\ufe00-\\ufe0f]|(?<=[\\u2190-\\u2bff\\ufe0f\\U0001f000-\\U0001faff])\\u200d"
)

# Real scripts stack up to four marks (Tibetan, pointed Hebrew); "zalgo" stacks dozens and paints
# over the lines above and below.
_MOST_MARKS = 8
_STACK = frozenset({"Mn", "Me"})

_JSON_UNSAFE = re.compile(
    "[\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]"
)

# Line ends stand in a cell as they are; a bare CR would paint over the row.
_CSV_UNSAFE = re.compile(
    "[\\x00-\\x09\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f"
    "\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]|\\r(?!\\n)"
)

# What a spreadsheet takes for the start of a formula; the wide ones where Chinese or Japanese is
# written. https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def shown(text: str) -> str:
    """Return `text` as one line for a terminal or a message.

    Line ends and tabs become spaces; what a terminal would obey, or would not draw, becomes its
    code point as `less` writes it: `<U+001B>`.
    """
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", " ").replace("\n", " ").replace("\t", " ")
    text = _UNSEEN.sub(_code_point, _EMOJI_GLUE.sub("", text))
    return text if text.isascii() else _without_floods(text)


def shown_lines(text: str) -> list[str]:
    """Return the lines of `text`, split at line feeds only, each as `shown` makes it."""
    return [shown(line) for line in text.replace("\r\n", "\n").split("\n")]


def json_safe(document: str) -> str:
    r"""Escape in a JSON document what a terminal would obey, as `\uXXXX`: it reads back the same.

    The controls below U+0020 are escaped by every JSON encoder already.
    """
    if document.isascii() and "\x7f" not in document:
        return document
    return _JSON_UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", document)


def csv_safe(text: str) -> str:
    """Return a text as a cell that no spreadsheet runs and no terminal obeys."""
    cell = _CSV_UNSAFE.sub(_code_point, text)
    return f"'{cell}" if text.startswith(_FORMULA) else cell


def _code_point(found: re.Match[str]) -> str:
    return f"<U+{ord(found[0]):04X}>"


def _without_floods(text: str) -> str:
    # Every mark lies above U+02FF, and Chinese has none: most texts leave here at once.
    if not any(category(character) in _STACK for character in set(text) if character > "\u02ff"):
        return text
    kept: list[str] = []
    marks = 0
    for character in text:
        stacked = category(character) in _STACK
        if not stacked and marks > _MOST_MARKS:
            kept.append(f"<{marks - _MOST_MARKS} marks>")
        marks = marks + 1 if stacked else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    if marks > _MOST_MARKS:
        kept.append(f"<{marks - _MOST_MARKS} marks>")
    return "".join(kept)
