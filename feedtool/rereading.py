"""What a store keeps of a transmission -> the transmission, read and judged as it once was."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

from feedtool import fingerprint, formats, pipeline, reporting
from feedtool.errors import InputError
from feedtool.model import Excerpt, Fingerprint
from feedtool.sources import Limits
from feedtool.stores import Entry, Index
from feedtool.stores.overlay import Candidates, Overlay
from feedtool.stores.sqlite.revising import Kept

# Only a source says what stands before a page on its first line.
FROM_SOURCE = frozenset({"header-inside-line"})
UNBOUNDED = Limits(sys.maxsize, sys.maxsize, sys.maxsize, sys.maxsize)


def read_again(kept: Kept, raw: bytes | None, limits: Limits = UNBOUNDED) -> Kept | None:
    """Read the bytes of a transmission as they were read before; None if they give no page."""
    if raw is None:
        return None
    before = kept.transmission
    source = formats.from_bytes(raw, before.source, limits)
    try:
        found = list(
            formats.read(source, encoding=before.encoding, input_format=before.input_format)
        )
    except InputError:
        return None
    if len(found) != 1:
        return None
    (read,) = found
    down = kept.first_line - 1
    of_source = [warning for warning in before.warnings if warning.code in FROM_SOURCE]
    return kept._replace(
        transmission=replace(
            read,
            blocks=tuple(replace(one, line=one.line + down) for one in read.blocks),
            excerpts=tuple(replace(one, line=one.line + down) for one in read.excerpts),
            warnings=(
                *of_source,
                *(replace(one, line=one.line + down) for one in read.warnings),
            ),
        )
    )


def judged(
    index: Index, kept: Kept, prints: Sequence[Fingerprint], found: Candidates | None = None
) -> Entry:
    """Judge a transmission anew; all else about it stays."""
    return pipeline.judge(
        kept.transmission,
        prints,
        index,
        origin=kept.origin,
        at=kept.at,
        digest=kept.sha256,
        occurrence=kept.occurrence,
        found=found,
    )


def each_judged(batch: Sequence[Kept], overlay: Overlay) -> Iterator[Entry]:
    """Judge transmissions of one origin as `ingest` would, and add each to the overlay."""
    pages = [kept.transmission.excerpts for kept in batch]
    prints = fingerprint.of([excerpt for page in pages for excerpt in page])
    starts = [start for start, page in _starts(pages) for _ in page]
    ids = [reporting.item_id(one.digest) for one in prints]
    overlay.expect(batch[0].origin, prints, starts, ids)
    for (start, page), kept in zip(_starts(pages), batch, strict=True):
        own = prints[start : start + len(page)]
        entry = judged(overlay, kept, own, overlay.candidates(kept.origin, own))
        overlay.add(entry)
        yield entry


def _starts(pages: Sequence[Sequence[Excerpt]]) -> Iterator[tuple[int, Sequence[Excerpt]]]:
    """Yield each page with the place of its first excerpt among those of all."""
    start = 0
    for page in pages:
        yield start, page
        start += len(page)
