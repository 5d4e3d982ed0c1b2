"""Sources -> what stands in them, block by block, before anything is judged."""

from collections.abc import Iterable, Iterator
from hashlib import sha256

from feedtool.model import Transmission
from feedtool.reading import DEFAULT_READING, Reading, each
from feedtool.report import Failure
from feedtool.report.content import BlockReport, ParsedExcerpt, ParsedTransmission
from feedtool.reporting import truncation_report, warning_reports


def parse(
    names: Iterable[str], *, reading: Reading = DEFAULT_READING
) -> Iterator[ParsedTransmission | Failure]:
    """Yield what stands in many sources, without judging it."""
    for read in each(names, reading):
        yield read if isinstance(read, Failure) else _parsed(read)


def _parsed(transmission: Transmission) -> ParsedTransmission:
    return ParsedTransmission(
        source=transmission.source,
        input_format=transmission.input_format,
        encoding=transmission.encoding,
        sha256=sha256(transmission.raw).hexdigest(),
        lead=transmission.lead,
        blocks=tuple(
            BlockReport(block.kind, block.line, block.text, block.end)
            for block in transmission.blocks
        ),
        excerpts=tuple(
            ParsedExcerpt(
                excerpt.line,
                excerpt.position,
                excerpt.section,
                excerpt.category,
                excerpt.date,
                excerpt.rank,
                excerpt.count,
                excerpt.truncation.truncated,
                truncation_report(excerpt),
                excerpt.text,
            )
            for excerpt in transmission.excerpts
        ),
        warnings=warning_reports(transmission),
    )
