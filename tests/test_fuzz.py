"""The laws of `fuzz`, for half a minute of every day; `make fuzz` tries each a million times."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz import targets
from tests.hostile.inputs import FILES

MAKEFILE = Path(__file__).parent.parent / "Makefile"
WORDS = Path(targets.__file__).with_name("words.dict")

# How often each law is tried here; the slow ones less.
TIMES = {"cli": 1000}


def words() -> list[bytes]:
    """Return the words that the fuzzer puts together."""
    quoted = re.findall(r'(?m)^"(.*)"$', WORDS.read_text(encoding="utf-8"))
    return [word.encode().decode("unicode_escape").encode("latin-1") for word in quoted]


WORD = st.sampled_from(words())
LINE = st.sampled_from(sorted({line for data in FILES.values() for line in data.split(b"\n")}))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).map(str.encode)
INPUTS = st.lists(st.one_of(WORD, TEXT, st.binary(max_size=20), LINE), max_size=12).map(b"".join)


@pytest.mark.parametrize("name", targets.TARGETS)
def test_a_law_holds(name: str) -> None:
    law: Callable[[bytes], None] = targets.TARGETS[name]

    @settings(
        max_examples=TIMES.get(name, 2000), suppress_health_check=[HealthCheck.data_too_large]
    )
    @given(INPUTS)
    def holds(data: bytes) -> None:
        law(data[:4000])

    holds()


@pytest.mark.parametrize("name", [name for name in targets.TARGETS if name != "cli"])
def test_a_law_holds_for_every_hostile_input(name: str) -> None:
    for data in FILES.values():
        targets.TARGETS[name](data[:6000])


def test_every_command_is_fuzzed() -> None:
    for number in range(len(targets.COMMANDS)):
        targets.cli(bytes([number]) + FILES["csi.txt"] + b"\n\n\n" + FILES["bidi.txt"])


def test_make_fuzz_knows_every_law() -> None:
    laws = re.search(r"(?m)^LAWS := (.*)$", MAKEFILE.read_text(encoding="utf-8"))
    assert laws is not None
    assert [*laws[1].split(), "cli"] == list(targets.TARGETS)
