"""Pages made by hand: excerpts, transmissions and runs without any source behind them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from feedtool import fingerprint, pipeline
from feedtool.formats import from_bytes, read
from feedtool.model import Block, BlockKind, Excerpt, Transmission, Truncation
from feedtool.report import ExcerptReport, TransmissionReport
from feedtool.stores import Index

NOON = datetime(2026, 1, 11, 12, tzinfo=UTC)
SAMPLES = Path(__file__).parent.parent / "samples"
SAMPLE_NAMES = ("001.txt", "002.txt", "003.txt", "004.txt")
DOTS = "..."
ENDING = "这就是全文的剩余部分,到此为止。The rest of the article, which ends here."


def excerpt(text: str, position: int = 1) -> Excerpt:
    """Return an excerpt; three dots at its end are the sender's."""
    cut = text.endswith(DOTS)
    length = len(text) - len(DOTS) if cut else len(text)
    finding = Truncation(cut, DOTS if cut else None, length, None, "made by hand")
    return Excerpt(position + 3, position, text, finding, section="LATEST UPDATES")


def page(*texts: str, source: str = "page.txt") -> Transmission:
    """Return a transmission that shows `texts` in this order."""
    lead = "INCOMING TRANSMISSION\n\nLATEST UPDATES\n"
    raw = (lead + "\n".join(texts)).encode("utf-8", "surrogatepass")
    blocks = [
        Block(BlockKind.HEADER, 1, "INCOMING TRANSMISSION", "\n\n"),
        Block(BlockKind.SECTION, 3, "LATEST UPDATES", "\n"),
        *(Block(BlockKind.EXCERPT, line, text, "\n") for line, text in enumerate(texts, 4)),
    ]
    excerpts = tuple(excerpt(text, position) for position, text in enumerate(texts, 1))
    return Transmission(source, raw, "transmission", "utf-8", "", tuple(blocks), excerpts)


def seen(index: Index, *texts: str, origin: str = "default") -> tuple[ExcerptReport, ...]:
    """Judge and remember a page; return the reports of its excerpts."""
    return remembered(index, page(*texts), origin=origin).excerpts


def remembered(
    index: Index, transmission: Transmission, *, origin: str = "default"
) -> TransmissionReport:
    """Judge and remember a transmission; return its report."""
    prints = fingerprint.of(transmission.excerpts)
    digest = sha256(transmission.raw).hexdigest()
    # The same page may come any number of times.
    times = index.counters().transmission
    entry = pipeline.judge(
        transmission, prints, index, origin=origin, at=NOON, digest=digest, occurrence=times
    )
    index.add(entry)
    return entry.report


def said(reports: Iterable[ExcerptReport]) -> list[str]:
    """Return for each excerpt its change, or `new`."""
    return [report.change or report.novelty for report in reports]


@cache
def sample(name: str) -> Transmission:
    """Return a sample dump as it is read."""
    data = (SAMPLES / name).read_bytes()
    (transmission,) = read(from_bytes(data, f"samples/{name}"))
    return transmission


@cache
def articles() -> tuple[str, ...]:
    """Return the different texts of the samples, in the order in which they first stand there."""
    texts = [shown.text for name in SAMPLE_NAMES for shown in sample(name).excerpts]
    return tuple(dict.fromkeys(texts))


def cut(text: str, length: int) -> str:
    """Return a text as a sender shows it that cuts at `length`."""
    return text if len(text) <= length else text[:length] + DOTS


def whole(text: str) -> str:
    """Return a text without the dots of its cut."""
    return text.removesuffix(DOTS)


def longer(text: str) -> str:
    """Return the article that a cut text may come from: it goes on, and ends."""
    return whole(text) + ENDING
