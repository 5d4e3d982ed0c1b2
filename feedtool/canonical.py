"""Names of sources -> the order in which a whole corpus is judged: by origin, then by name."""

import os
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import PurePath
from typing import NamedTuple

from feedtool.sources import STDIN


class Sender(NamedTuple):
    """A source, and the origin that it is taken to come from."""

    origin: str
    name: str


def ordered(names: Iterable[str], origin_by: str) -> list[Sender]:
    """Return each source once, in byte order of origins and names.

    Neither the order of `names` nor how often a file is named tells in what is returned. A folder
    that is spelled in several ways is spelled in the shortest one. Raises `ValueError` if
    `origin_by` is none of ORIGIN_BY.
    """
    if origin_by not in ORIGIN_BY:
        raise ValueError(f"{origin_by!r} is none of {', '.join(ORIGIN_BY)}")
    origin_of = ORIGIN_BY[origin_by]
    senders = [Sender(origin_of(name), name) for name in _unique(names)]
    senders.sort(key=lambda sender: (os.fsencode(sender.origin), os.fsencode(sender.name)))
    return senders


def _folder(name: str) -> str:
    return name if name == STDIN else os.path.dirname(name) or "."


def _stem(name: str) -> str:
    base = os.path.basename(name)
    # The dot in front of a hidden file begins no suffix.
    plain = base.lstrip(".")
    return base[: len(base) - len(plain)] + plain.partition(".")[0]


def _nobody(_name: str) -> str:
    return "default"


# What the name of a source says about who sent it.
ORIGIN_BY: dict[str, Callable[[str], str]] = {"folder": _folder, "name": _stem, "none": _nobody}


def _unique(names: Iterable[str]) -> list[str]:
    """Return a name for each file that is named, the file's own rather than that of a link."""
    real = cache(_real)
    spellings: dict[str, str] = {}
    chosen: dict[str, tuple[bool, int, str]] = {}
    for name in map(_plain, names):
        folder, base = os.path.split(name)
        link = os.path.islink(name)
        home = STDIN if name == STDIN else real(folder)
        spellings[home] = min(spellings.get(home, folder), folder, key=_brief)
        found = link, *_brief(name)
        identity = _real(name) if link else os.path.join(home, base)
        chosen[identity] = min(chosen.get(identity, found), found)
    return [
        name if name == STDIN else _in_folder(spellings[real(os.path.dirname(name))], name)
        for _, _, name in chosen.values()
    ]


def _brief(name: str) -> tuple[int, str]:
    return len(name), name


def _plain(name: str) -> str:
    """Leave out of a name what says nothing; `..` stays, as what is before it may be a link."""
    return name if name in (STDIN, "") else _no_stdin(str(PurePath(name)))


def _in_folder(folder: str, name: str) -> str:
    return _no_stdin(os.path.join(folder, os.path.basename(name)))


def _no_stdin(name: str) -> str:
    return os.path.join(".", name) if name == STDIN else name


def _real(name: str) -> str:
    try:
        return os.path.realpath(name)
    except ValueError:
        # A name with NUL: opening it says why it is none.
        return name
