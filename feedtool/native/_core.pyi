from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

_Alike = TypeVar("_Alike", bound=tuple[object, ...])

SOURCES: str

class Folding:
    """A table of what each code point becomes, filled by `fold` as they are met."""

    def __init__(self, fold: Callable[[int], str]) -> None: ...
    def fold(self, texts: Sequence[str], /) -> list[str]: ...

class Numbering:
    """What the numbers of a series are made of."""

    def __init__(
        self,
        *,
        parts: tuple[str, ...],
        words: tuple[str, ...],
        series: tuple[str, ...],
        counted: tuple[str, ...],
        roman_series: tuple[str, ...],
        between: tuple[str, ...],
        behind: tuple[str, ...],
        in_front: tuple[str, ...],
        sections: tuple[tuple[str, str], ...],
        turns: tuple[tuple[str, str], ...],
        roman: str,
        ordinal: str,
        numerals: str,
        units: str,
        last: str,
        counts: str,
        stage_letters: str,
        editions: str,
        edition: str,
        of: str,
        share: str,
        numbered: int,
        numbers_end: int,
        longest_word: int,
        longest_roman: int,
    ) -> None: ...
    def part_at_a_number(self, a: str, b: str, /) -> bool: ...
    def numbers(self, text: str, /) -> tuple[tuple[str, int, int], ...]: ...

class Comparer(Generic[_Alike]):
    """How alike two normal forms are, by the thresholds it is made with."""

    def __init__(
        self,
        equal: _Alike,
        unlike: _Alike,
        numbering: Numbering,
        window: int,
        least_run: int,
        least_run_short: int,
        short: int,
        sure: float,
        probe: int,
        gram: int,
    ) -> None: ...
    def compare(self, a: str, b: str, *, a_cut: bool, b_cut: bool) -> _Alike: ...

class Relater:
    """What pairs of texts are to each other, by the thresholds it is made with."""

    def __init__(
        self,
        comparer: Comparer[tuple[object, ...]],
        same_numbers: Callable[[str, str, bool], bool],
        only_numbers: Callable[[str, str, Any], bool],
        *,
        least_beginning: int,
        least_title: int,
        headline: int,
        dense_from: int,
        floor: float,
        floor_moved: float,
        floor_other: float,
        floor_short: float,
    ) -> None: ...
    def relate(
        self,
        texts: list[str],
        normals: list[str],
        starts: memoryview,
        lengths: memoryview,
        ours: memoryview,
        theirs: memoryview,
        /,
    ) -> bytes: ...

def keys(normals: Sequence[str], recipe: tuple[object, ...], /) -> tuple[bytes, bytes, bytes]: ...
def plain_endings(
    texts: list[str],
    junk: str,
    around: str,
    lasts: str,
    phrases: tuple[str, ...],
    reach: int,
    furniture: int,
    none: int,
    inner: int,
    unclear: int,
    /,
) -> list[int]: ...
def common_beginning(a: str, b: str, /) -> int: ...
def edits(a: str, b: str, /) -> list[tuple[int, int, int, int]]: ...
