import json

import pytest
from jsonschema import Draft202012Validator, ValidationError

from feedtool import schema
from feedtool.errors import NotFoundError
from tests.console import run
from tests.validation import validated


@pytest.mark.parametrize("name", schema.NAMES)
def test_every_schema_is_one_and_is_printed(name: str) -> None:
    printed = json.loads(run("schema", name).out)
    Draft202012Validator.check_schema(printed)
    assert printed["$schema"].endswith("2020-12/schema")
    assert printed["$id"] == f"urn:feedtool:{name}:1"
    assert printed == schema.schema(f"feedtool.{name}/1")


def test_a_name_is_told_from_its_list() -> None:
    assert run("schema").out.split() == list(schema.NAMES)
    with pytest.raises(NotFoundError, match=r"no schema 'x'; there are ingest, diff"):
        schema.schema("x")


def test_fields_may_be_added_and_none_may_be_missing() -> None:
    head = {"schema": "feedtool.parse/1", "version": "0.1.0", "transmissions": []}
    whole = {**head, "failures": [], "something new": 1}
    assert validated("parse", json.dumps(whole)) == whole
    with pytest.raises(ValidationError):
        validated("parse", json.dumps(head))
    with pytest.raises(ValidationError):
        validated("parse", json.dumps({**whole, "schema": "feedtool.diff/1"}))


def test_classes_are_described() -> None:
    definitions = schema.schema("ingest")["$defs"]
    assert definitions["ExcerptReport"]["description"] == "One excerpt of a page with its verdict."
    assert definitions["Novelty"]["enum"] == ["new", "repeated"]


def test_a_line_of_a_stream_is_told_by_its_type() -> None:
    line = {"type": "failure", "source": "a", "reason": "b"}
    assert validated("ingest.ndjson", json.dumps(line)) == [line]
    with pytest.raises(ValidationError):
        validated("ingest.ndjson", json.dumps({**line, "type": "excerpt"}))
