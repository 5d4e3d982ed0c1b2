"""What a store has seen over the years: sources in order, each from some origin."""

from collections.abc import Iterable, Sequence
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from feedtool import upkeep
from feedtool.pipeline import ingest
from feedtool.report import Failure, TransmissionReport
from feedtool.stores.sqlite import Store
from tests.pages import NOON, SAMPLE_NAMES, SAMPLES, articles, cut, longer, whole

HEAD = "INCOMING TRANSMISSION\n\nLATEST UPDATES\n"


@dataclass(frozen=True, slots=True)
class Step:
    """One source that is ingested: its name, its bytes, and who sent it."""

    name: str
    data: bytes
    origin: str = "default"


def dump(*texts: str) -> bytes:
    """Return a dump of one transmission that shows these texts."""
    return (HEAD + "\n".join(texts) + "\n").encode("utf-8", "surrogateescape")


def samples(origin: str = "default") -> list[Step]:
    """Return the sample dumps."""
    return [Step(name, (SAMPLES / name).read_bytes(), origin) for name in SAMPLE_NAMES]


def years() -> list[Step]:
    """Return a small history that has everything in it which one transmission may do to another."""
    a, b, c, d, *_ = articles()
    news = "Kernel 6.8 is out, with a new scheduler and many fixes for older machines."
    odd = "caf\udce9 au lait: a byte that was no text, a NUL \0 and one more \udcff at the end"
    return [
        Step("1", dump(a, b, news), "ours"),
        Step("2", dump(a, c, a), "theirs"),
        # A cut article arrives whole, and is cut shorter afterwards.
        Step("3", dump(longer(b), c, odd), "ours"),
        Step("4", dump(cut(whole(b), 200), news.replace("many", "some")), "theirs"),
        # The same bytes twice in one reading, with another page between them.
        Step("5", dump(a, d) + dump(news, odd) + dump(a, d), "ours"),
        Step("6", b"Intro\n" + dump(c, "1 2", "2026-01-11", d) + b"tail", "theirs"),
        Step("7", "一行一条\n第二条摘要,写得够长,可以认出来。\n".encode("gb18030"), "ours"),
        Step("8", (HEAD + f"{d}\n{news}\n").encode("utf-16"), "third"),
        Step("9", dump(longer(d), odd, news), "theirs"),
        Step("10", b"", "third"),
    ]


def seen(store: Store, steps: Iterable[Step], folder: Path) -> list[TransmissionReport]:
    """Ingest sources one after the other, and return their reports."""
    reports: list[TransmissionReport] = []
    # The names of sources are content, the folder of a test is not.
    with chdir(folder):
        for step in steps:
            Path(step.name).write_bytes(step.data)
            for report in ingest([step.name], store, origin=step.origin, now=lambda: NOON):
                assert not isinstance(report, Failure), report
                reports.append(report)
    return reports


def quiet(step: str, done: int, total: int) -> None:
    """Take no notice of how far the work is."""


def content(store: Store) -> str:
    """Return the hash of a store that is sound."""
    report = upkeep.check(store, quiet, hashed=True)
    assert not report.findings, report.findings
    assert report.hash
    return report.hash


def content_of(steps: Sequence[Step], folder: Path) -> str:
    """Return the hash of a store that has seen these sources only."""
    folder.mkdir()
    with Store.open(str(folder / "other.db"), create=True) as other:
        seen(other, steps, folder)
        return content(other)
