"""The AsyncAPI 3.0 document of all topics, generated from the topic table and the message classes."""

from pathlib import Path
from typing import Any

import msgspec
import orjson

from schemas.topics import TOPICS, Topic

PATH = Path(__file__).parent / "asyncapi.json"
SERVICE_READS = frozenset({"posts.raw", "rules"})
"""Topics that others write and Wiredesk reads; all others Wiredesk writes."""

_EXAMPLES = Path(__file__).parent / "examples"
_REF = "#/components/schemas/{name}"
_TEXT = {"type": "string", "minLength": 1}
_HEADERS: dict[str, dict[str, Any]] = {
    "ce_specversion": {"type": "string", "const": "1.0"},
    "ce_id": _TEXT | {"description": "With ce_source the key by which a repeated delivery is dropped."},
    "ce_source": {"type": "string", "format": "uri-reference"},
    "ce_type": _TEXT,
    "ce_time": {
        "type": "string",
        "format": "date-time",
        "description": "Event time.",
    },
    "ce_dataschema": {"type": "string", "format": "uri"},
    "ce_partitionkey": _TEXT,
    "ce_subject": _TEXT | {"description": "The story."},
    "ce_sequence": _TEXT | {"description": "Order within the subject."},
    "content-type": {"type": "string", "const": "application/json"},
}
_OPTIONAL_HEADERS = frozenset({"ce_subject", "ce_sequence"})


def document() -> dict[str, Any]:
    """Return the document.

    Payload schemas are in the default format of AsyncAPI, a superset of JSON Schema draft-07; those under
    ``schemas/json`` are draft 2020-12.
    """
    _, schemas = msgspec.json.schema_components([topic.message for topic in TOPICS], ref_template=_REF)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Wiredesk",
            "version": "1",
            "description": "Topics of Wiredesk. Every message is a CloudEvent in Kafka binary mode; delivery"
            " is at least once and ids are deterministic. On the broker names start with the prefix of the"
            " settings.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {_id(topic): _channel(topic) for topic in TOPICS},
        "operations": {_operation_id(topic): _operation(topic) for topic in TOPICS},
        "components": {
            "messages": {topic.message.__name__: _message(topic) for topic in TOPICS},
            "messageTraits": {"cloudEvent": {"headers": _headers()}},
            "schemas": _draft_07(schemas),
        },
    }


def document_bytes() -> bytes:
    """Return what stands in the file."""
    return orjson.dumps(document(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _id(topic: Topic) -> str:
    return topic.name.replace(".", "_")


def _channel(topic: Topic) -> dict[str, Any]:
    name = topic.message.__name__
    configuration: dict[str, Any] = {"cleanup.policy": [topic.cleanup], "max.message.bytes": topic.max_bytes}
    if topic.retention is not None:
        configuration["retention.ms"] = topic.retention * 1000
    return {
        "address": topic.name,
        "description": topic.doc,
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "tags": [{"name": "internal" if topic.internal else "public"}],
        "bindings": {"kafka": {"topicConfiguration": configuration, "bindingVersion": "0.5.0"}},
    }


def _operation_id(topic: Topic) -> str:
    return f"{'read' if topic.name in SERVICE_READS else 'write'}_{_id(topic)}"


def _operation(topic: Topic) -> dict[str, Any]:
    channel = f"#/channels/{_id(topic)}"
    return {
        "action": "receive" if topic.name in SERVICE_READS else "send",
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{topic.message.__name__}"}],
    }


def _message(topic: Topic) -> dict[str, Any]:
    name = topic.message.__name__
    return {
        "name": f"org.wiredesk.{topic.schema}",
        "title": name,
        "summary": topic.doc,
        "contentType": "application/json",
        "traits": [{"$ref": "#/components/messageTraits/cloudEvent"}],
        "payload": {"$ref": _REF.format(name=name)},
        "bindings": {
            "kafka": {"key": {"type": "string", "description": topic.key}, "bindingVersion": "0.5.0"}
        },
        "examples": [
            {"name": path.stem, "payload": orjson.loads(path.read_bytes())}
            for path in sorted((_EXAMPLES / topic.schema.partition(".")[0]).glob("valid-*.json"))
        ],
    }


def _headers() -> dict[str, Any]:
    required = sorted(_HEADERS.keys() - _OPTIONAL_HEADERS)
    return {"type": "object", "properties": _HEADERS, "required": required}


def _draft_07(node: Any) -> Any:
    """Return a schema of draft 2020-12 as one of draft-07: the items of a tuple are named otherwise."""
    if isinstance(node, list):
        return [_draft_07(one) for one in node]
    if not isinstance(node, dict):
        return node
    plain = {key: _draft_07(value) for key, value in node.items() if key not in ("prefixItems", "items")}
    if "prefixItems" in node:
        return plain | {"items": _draft_07(node["prefixItems"]), "additionalItems": False}
    return plain | {"items": _draft_07(node["items"])} if "items" in node else plain
