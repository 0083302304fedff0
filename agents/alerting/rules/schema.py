"""JSON Schema of rule files, for editors that complete and check YAML as it is written."""

from typing import Any

from agents.alerting.rules.values import load_names
from schemas.json_schema import json_schema
from schemas.rules import Rule


def rule_file_schema() -> dict[str, Any]:
    """Return the schema of a file of one rule or of several under ``rules``.

    It is that of the message, without null: a field of a file that is left empty is a mistake.
    """
    schema = without_null(json_schema("rule"))
    names = load_names()
    parts = schema["$defs"]
    parts["PlaceCondition"]["properties"]["country"] = {
        "description": "ISO 3166-1 alpha-2",
        "enum": sorted(names.countries),
    }
    parts["When"]["properties"]["language"]["examples"] = sorted(names.languages)
    one = {"$ref": f"#/$defs/{Rule.__name__}"}
    several = {
        "type": "object",
        "properties": {"rules": {"type": "array", "items": one, "minItems": 1}},
        "required": ["rules"],
        "additionalProperties": False,
    }
    return {
        "$schema": schema["$schema"],
        "title": "Rules of Wiredesk",
        "if": {"required": ["rules"]},
        "then": several,
        "else": one,
        "$defs": parts,
    }


def without_null(value: Any) -> Any:
    """Return a schema in which nothing may be null."""
    if isinstance(value, list):
        return [without_null(item) for item in value]
    if not isinstance(value, dict):
        return value
    rest = {name: without_null(inner) for name, inner in value.items() if (name, inner) != ("default", None)}
    if "anyOf" not in rest:
        return rest
    kinds = [kind for kind in rest.pop("anyOf") if kind != {"type": "null"}]
    return {**rest, **kinds[0]} if len(kinds) == 1 else {**rest, "anyOf": kinds}
