"""The AsyncAPI document: valid by the official schema, in step with the topic table and the messages."""

import json
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from schemas.asyncapi import PATH, document, document_bytes
from schemas.topics import TOPICS

SPECS = "@asyncapi/specs@6.11.1"
CACHE = Path(__file__).parents[2] / ".cache" / "asyncapi"


@pytest.fixture(scope="session")
def official(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The JSON Schema of AsyncAPI 3.0.0, from the npm package of the AsyncAPI initiative; fetched once."""
    known = CACHE / "3.0.0.json"
    if not known.exists():
        npm = shutil.which("npm") or pytest.fail("npm is needed once to fetch the schema of AsyncAPI")
        work = tmp_path_factory.mktemp("npm")
        subprocess.run([npm, "pack", "--silent", SPECS], cwd=work, check=True, capture_output=True)
        with tarfile.open(next(work.glob("*.tgz"))) as archive:
            found = archive.extractfile("package/schemas/3.0.0-without-$id.json")
            assert found is not None
            CACHE.mkdir(parents=True, exist_ok=True)
            known.write_bytes(found.read())
    return json.loads(known.read_bytes())


def test_the_document_is_valid_by_the_official_schema(official: dict[str, Any]) -> None:
    jsonschema.Draft7Validator(official).validate(document())


def test_the_official_schema_refuses_a_broken_document(official: dict[str, Any]) -> None:
    broken = document()
    broken["operations"]["write_alerts"]["action"] = "shout"
    assert not jsonschema.Draft7Validator(official).is_valid(broken)


def test_the_committed_file_is_what_the_code_gives() -> None:
    assert PATH.read_bytes() == document_bytes(), "run: make schemas"


def test_every_topic_stands_in_the_document() -> None:
    assert {channel["address"] for channel in document()["channels"].values()} == {t.name for t in TOPICS}


@pytest.mark.parametrize(
    "message", document()["components"]["messages"].values(), ids=lambda one: one["title"]
)
def test_examples_are_valid_by_their_payload_schema(message: dict[str, Any]) -> None:
    schema = {**message["payload"], "components": document()["components"]}
    assert message["examples"]
    for example in message["examples"]:
        jsonschema.Draft7Validator(schema).validate(example["payload"])


def test_every_reference_leads_somewhere() -> None:
    whole = document()
    for reference in _references(whole):
        node: Any = whole
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]


def _references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [found for one in node for found in _references(one)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return own + [found for one in node.values() for found in _references(one)]
