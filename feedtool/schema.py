"""JSON Schemas, made from the dataclasses of `report`: the one place that knows pydantic."""

import json
from typing import Any

from feedtool import report
from feedtool.errors import NotFoundError
from feedtool.report import care, clusters, comparison, content, documents, stored

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_DOCUMENTS: dict[str, type] = {
    "ingest": documents.IngestReport,
    "diff": comparison.DiffReport,
    "parse": documents.ParseReport,
    "list": documents.ListReport,
    "show": stored.ShowReport,
    "log": documents.LogReport,
    "explain": documents.ExplainReport,
    "dedup": clusters.DedupReport,
    "check": care.CheckReport,
    "undo": care.UndoReport,
    "reindex": care.ReindexReport,
    "backup": care.BackupReport,
    "prune": care.PruneReport,
    "salvage": care.SalvageReport,
}

# The lines of a stream by their type. What a line says beside the fields of its class stands
# there as (name, JSON type); what the class has and the line leaves out, as a name alone.
_PAGE = (("transmission", "integer"), ("source", "string"))
_SOURCE = (("source", "string"),)
_RUN = (("schema", "string"), ("version", "string"))
_STREAMS: dict[str, dict[str, tuple[type, tuple[tuple[str, str], ...], tuple[str, ...]]]] = {
    "ingest": {
        "excerpt": (report.ExcerptReport, _PAGE, ()),
        "note": (report.NoteReport, _PAGE, ()),
        "warning": (report.WarningReport, _PAGE, ()),
        "transmission": (report.TransmissionReport, (), ("excerpts", "notes", "warnings")),
        "failure": (report.Failure, (), ()),
        "summary": (report.IngestSummary, (*_RUN, ("dry_run", "boolean")), ()),
    },
    "diff": {
        "entry": (comparison.DiffEntry, (), ()),
        "summary": (comparison.DiffSummary, (*_RUN, ("before", "object"), ("after", "object")), ()),
    },
    "parse": {
        "excerpt": (content.ParsedExcerpt, _SOURCE, ()),
        "block": (content.BlockReport, _SOURCE, ()),
        "warning": (report.WarningReport, _SOURCE, ()),
        "transmission": (content.ParsedTransmission, (), ("excerpts", "blocks", "warnings")),
        "failure": (report.Failure, (), ()),
    },
    "list": {"item": (stored.ItemReport, (), ())},
    "show": {
        "item": (stored.ItemReport, (), ()),
        "version": (stored.VersionReport, (("item", "string"),), ()),
    },
    "log": {"transmission": (stored.LoggedTransmission, (), ())},
    "explain": {"explanation": (comparison.Explanation, (), ())},
    "dedup": {
        "cluster": (clusters.Cluster, (), ()),
        "failure": (report.Failure, (), ()),
        "summary": (
            clusters.DedupSummary,
            (*_RUN, ("origin_by", "string"), ("alone", "boolean")),
            (),
        ),
    },
    "check": {
        "finding": (care.Finding, (), ()),
        "hash": (care.ContentHash, (), ()),
        "summary": (care.CheckSummary, (*_RUN, ("store", "string")), ()),
    },
    "undo": {"undone": (care.UndoReport, (), ())},
    "reindex": {"reindexed": (care.ReindexReport, (), ())},
    "backup": {"copied": (care.BackupReport, (), ())},
    "prune": {"pruned": (care.PruneReport, (), ())},
    "salvage": {"salvaged": (care.SalvageReport, (), ())},
}

NAMES = (*_DOCUMENTS, *(f"{name}.ndjson" for name in _STREAMS))


def text(name: str) -> str:
    """Return a schema as it is printed; `ingest` and `feedtool.ingest/1` name the same one."""
    return json.dumps(schema(name), indent=2) + "\n"


def schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a report, or of a line of its NDJSON."""
    short = name.removeprefix("feedtool.").removesuffix("/1")
    if short not in NAMES:
        raise NotFoundError(f"no schema {name!r}; there are {', '.join(NAMES)}")
    stream = short.removesuffix(".ndjson")
    made = _document(short) if short in _DOCUMENTS else _stream(stream)
    return {"$schema": DIALECT, "$id": f"urn:feedtool:{short}:1", **made}


def _document(name: str) -> dict[str, Any]:
    made, definitions = _of(_DOCUMENTS[name])
    made["properties"]["schema"] = {"const": f"feedtool.{name}/1"}
    made["title"] = f"feedtool {name} --json"
    return {**made, "$defs": definitions}


def _stream(name: str) -> dict[str, Any]:
    kinds: list[dict[str, Any]] = []
    definitions: dict[str, Any] = {}
    for kind, (class_, more, less) in _STREAMS[name].items():
        made, defined = _of(class_)
        definitions.update(defined)
        kinds.append(_line(kind, made, more, less))
    return {"title": f"a line of feedtool {name} --ndjson", "oneOf": kinds, "$defs": definitions}


def _line(
    kind: str, made: dict[str, Any], more: tuple[tuple[str, str], ...], less: tuple[str, ...]
) -> dict[str, Any]:
    own = {key: value for key, value in made["properties"].items() if key not in less}
    added: dict[str, Any] = {key: {"type": type_} for key, type_ in more}
    required = [key for key in made["required"] if key not in less]
    return {
        **made,
        "properties": {"type": {"const": kind}, **added, **own},
        "required": ["type", *added, *required],
    }


def _of(class_: type) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the schema of a class and of the classes it is made of."""
    from pydantic import TypeAdapter

    made = TypeAdapter(class_).json_schema(mode="serialization")
    definitions = made.pop("$defs", {})
    # A field that has a default in Python is there in every output all the same.
    for part in (made, *definitions.values()):
        if "properties" in part:
            part["required"] = list(part["properties"])
    return made, definitions
