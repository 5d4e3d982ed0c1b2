import json
from dataclasses import asdict
from typing import Any

from feedtool.model import Change
from feedtool.renderers import Paper, ndjson
from feedtool.renderers import json as renderer
from feedtool.report import Failure, IngestSummary, WarningReport
from tests.test_renderers_terminal import PAGE, excerpt, page
from tests.validation import validated

ODD = page(excerpt(4, "a\x1b[31m\u202e\udce4\x85\u2028 💡 概述", Change.EDITED, 0.97))
SUMMARY = IngestSummary(transmissions=2, excerpts=4, failures=1)
FAILURE = Failure("bad\n.bin", "no \x1b archive")


def written(module: Any) -> str:
    pieces: list[str] = []
    run = module.Ingest(Paper(pieces.append), "s.db", dry_run=False, detailed=True)
    run.transmission(PAGE)
    run.failure(FAILURE)
    run.transmission(ODD)
    run.end(SUMMARY)
    return "".join(pieces)


def plain(value: Any) -> Any:
    """Return a report as JSON reads it back."""
    return json.loads(json.dumps(asdict(value)))


def test_the_document_is_the_reports_and_nothing_else() -> None:
    document = validated("ingest", written(renderer))
    assert document["transmissions"] == [plain(PAGE), plain(ODD)]
    assert document["failures"] == [plain(FAILURE)]
    assert document["summary"] == plain(SUMMARY)
    assert list(document) == [
        "schema", "version", "store", "dry_run", "transmissions", "failures", "summary",
    ]  # fmt: skip


def test_an_empty_run_is_a_document_too() -> None:
    pieces: list[str] = []
    renderer.Ingest(Paper(pieces.append), None, dry_run=True, detailed=True).end(IngestSummary())
    document = validated("ingest", "".join(pieces))
    assert document["transmissions"] == document["failures"] == []


def test_an_excerpt_is_a_line() -> None:
    lines = written(renderer).splitlines()
    assert sum('"position"' in line for line in lines) == 4
    assert all(line.count('"position"') <= 1 for line in lines)


def test_nothing_waits_for_the_end() -> None:
    pieces: list[str] = []
    run = renderer.Ingest(Paper(pieces.append), "s.db", dry_run=False, detailed=True)
    run.transmission(PAGE)
    assert '"line": 117' in "".join(pieces)


def test_lines_carry_where_they_belong() -> None:
    lines = validated("ingest.ndjson", written(ndjson))
    assert [line["type"] for line in lines] == [
        "excerpt", "excerpt", "excerpt", "note", "transmission", "failure",
        "excerpt", "transmission", "summary",
    ]  # fmt: skip
    assert (lines[0]["transmission"], lines[0]["source"]) == (3, "new.txt")
    assert "excerpts" not in lines[4]
    assert lines[-1]["schema"] == "feedtool.ingest.ndjson/1"


def test_texts_of_others_are_escaped_in_both() -> None:
    for module in (renderer, ndjson):
        text = written(module)
        assert "a\\u001b[31m\\u202e\\udce4\\u0085\\u2028 💡 概述" in text
        text.encode("utf-8")


def test_a_warning_is_a_line_too() -> None:
    line = ndjson.line("warning", WarningReport("nul", 1, 2, "kept"), transmission=1, source="a")
    assert validated("ingest.ndjson", line)[0]["code"] == "nul"
