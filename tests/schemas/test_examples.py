"""Every message has a schema file, every schema its examples, and both agree with the code."""

import json
from pathlib import Path

import jsonschema
import pytest

from schemas.codec import DecodeError, decode, encode
from schemas.json_schema import DIRECTORY, EXAMPLES, MESSAGES, schema_bytes, schema_path

FORMATS = jsonschema.FormatChecker()
VALID = sorted(EXAMPLES.glob("*/valid-*.json"))
INVALID = sorted(EXAMPLES.glob("*/invalid-*.json"))


def label(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def validator(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(schema_path(name).read_bytes()), format_checker=FORMATS)


@pytest.mark.parametrize("name", MESSAGES)
def test_schema_file_is_what_the_class_says(name: str) -> None:
    assert schema_path(name).read_bytes() == schema_bytes(name), "run make schemas"


@pytest.mark.parametrize("name", MESSAGES)
def test_schema_is_valid_json_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_path(name).read_bytes()))


@pytest.mark.parametrize("name", MESSAGES)
def test_every_message_has_valid_and_invalid_examples(name: str) -> None:
    assert list((EXAMPLES / name).glob("valid-*.json"))
    assert list((EXAMPLES / name).glob("invalid-*.json"))


def test_no_schema_file_is_without_a_message() -> None:
    assert {path.name for path in DIRECTORY.iterdir()} == {schema_path(name).name for name in MESSAGES}


def test_no_example_is_without_a_message() -> None:
    assert {path.name for path in EXAMPLES.iterdir()} == set(MESSAGES)
    strays = set(EXAMPLES.glob("*/*")) - set(VALID) - set(INVALID)
    assert not strays


@pytest.mark.parametrize("path", VALID, ids=label)
def test_valid_example_passes_code_and_schema(path: Path) -> None:
    message = decode(path.read_bytes(), MESSAGES[path.parent.name])
    validator(path.parent.name).validate(json.loads(path.read_bytes()))
    validator(path.parent.name).validate(json.loads(encode(message)))


@pytest.mark.parametrize("path", VALID, ids=label)
def test_encoding_a_decoded_example_gives_the_same_bytes_again(path: Path) -> None:
    kind = MESSAGES[path.parent.name]
    once = encode(decode(path.read_bytes(), kind))
    assert encode(decode(once, kind)) == once


@pytest.mark.parametrize("path", INVALID, ids=label)
def test_invalid_example_is_refused_by_code_with_the_field(path: Path) -> None:
    with pytest.raises(DecodeError) as refused:
        decode(path.read_bytes(), MESSAGES[path.parent.name])
    assert refused.value.reason == "invalid"
    assert refused.value.field


NOT_IN_JSON_SCHEMA = {"naive-time"}
"""What only the code can refuse: the date-time format is optional in JSON Schema."""


@pytest.mark.parametrize("path", INVALID, ids=label)
def test_invalid_example_is_refused_by_the_schema(path: Path) -> None:
    errors = list(validator(path.parent.name).iter_errors(json.loads(path.read_bytes())))
    assert errors or path.stem.removeprefix("invalid-") in NOT_IN_JSON_SCHEMA
