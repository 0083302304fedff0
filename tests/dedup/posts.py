"""Posts for the tests of dedup."""

from datetime import UTC, datetime, timedelta
from typing import Any

from agents.dedup.config import DedupConfig
from agents.dedup.data import load_data
from agents.dedup.state import DedupState
from schemas.ids import stable_hash
from schemas.posts import RawPost

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
FERRY = (
    "A ferry with 120 people aboard overturned between Tanga and the island of Pemba early on Wednesday, "
    "the Tanzanian maritime "
    'agency said. Fishing boats have picked up 70. "The sea was very high and the boat was very full," '
    "said a survivor, Asha Juma, "
    "who was brought ashore with her two sons. Divers from Zanzibar are on their way and the search goes "
    "on through the night."
)
QUAKE = (
    "A magnitude 6.3 earthquake hit the shores of Lake Van in eastern Turkey before dawn on Monday, the "
    "disaster agency said. People "
    "ran into the snow in Ercis and Muradiye. There was no word yet on victims, and rescue teams set out "
    "from Erzurum with dogs."
)


def post(body: str, **fields: Any) -> RawPost:
    """Return a post; ``minutes`` after START is its time, its id comes from source and native id, or
    source and text."""
    at = START + timedelta(minutes=fields.pop("minutes", 0))
    source, native = fields.get("source", "northwire"), fields.get("native_id")
    given = {
        "post_id": stable_hash(source, native or f"{at} {fields.get('headline')} {body}"),
        "source": source,
        "lane": "default",
        "revision": 0,
        "fetched_at": at + timedelta(minutes=1),
        "event_time": at,
        "kind": "post",
    }
    return RawPost(body=body, **(given | fields))


def state(**settings: Any) -> DedupState:
    """Return an empty state."""
    return DedupState(DedupConfig(**settings), load_data())
