"""What feedtool prints as JSON, checked against the schema that it ships."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from feedtool import schema


@cache
def _validator(name: str) -> Draft202012Validator:
    made = schema.schema(name)
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made)


def validated(name: str, text: str) -> Any:
    """Return the value of a JSON document, or the list of an NDJSON stream, after a check.

    `name` is that of a schema: `ingest`, `diff`, `ingest.ndjson` ...
    """
    if not name.endswith(".ndjson"):
        value = json.loads(text)
        _validator(name).validate(value)
        return value
    values = [json.loads(line) for line in text.splitlines()]
    for value in values:
        _validator(name).validate(value)
    return values
