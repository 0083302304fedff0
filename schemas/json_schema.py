"""Schema files generated from the message classes. ``python -m schemas.json_schema`` writes them all."""

from pathlib import Path
from typing import Any

import msgspec
import orjson

from schemas import asyncapi
from schemas.alerts import Alert, Decision, Delivery
from schemas.dead_letters import DeadLetter
from schemas.dedup_entries import DedupEntries, LaneWatermark
from schemas.delivery_state import PendingDelivery
from schemas.events import EnrichedEvent
from schemas.poll_state import PollState
from schemas.posts import JudgedPost, RawPost
from schemas.rules import Rule
from schemas.stories import Story
from schemas.story_state import StoryState

VERSION = "v1"
DIRECTORY = Path(__file__).parent / "json"
EXAMPLES = Path(__file__).parent / "examples"
MESSAGES: dict[str, type[msgspec.Struct]] = {
    "raw_post": RawPost,
    "judged_post": JudgedPost,
    "enriched_event": EnrichedEvent,
    "story": Story,
    "rule": Rule,
    "alert": Alert,
    "decision": Decision,
    "delivery": Delivery,
    "dead_letter": DeadLetter,
    "dedup_entries": DedupEntries,
    "lane_watermark": LaneWatermark,
    "story_state": StoryState,
    "poll_state": PollState,
    "pending_delivery": PendingDelivery,
}
"""Every message that stands on a topic by itself, by schema name."""


def schema_id(name: str) -> str:
    """Return the URN that ``ce_dataschema`` carries."""
    return f"urn:wiredesk:schema:{name}.{VERSION}"


def schema_path(name: str) -> Path:
    """Return the file of a message's JSON Schema."""
    return DIRECTORY / f"{name}.{VERSION}.json"


def json_schema(name: str) -> dict[str, Any]:
    """Return a message's JSON Schema, all its parts under ``$defs``."""
    schema = msgspec.json.schema(MESSAGES[name])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": schema_id(name), **schema}


def schema_bytes(name: str) -> bytes:
    """Return what stands in a message's schema file."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(json_schema(name), option=options)


def write_all() -> None:
    """Write every schema file and the AsyncAPI document anew."""
    DIRECTORY.mkdir(exist_ok=True)
    for name in MESSAGES:
        schema_path(name).write_bytes(schema_bytes(name))
    asyncapi.PATH.write_bytes(asyncapi.document_bytes())


if __name__ == "__main__":
    write_all()
