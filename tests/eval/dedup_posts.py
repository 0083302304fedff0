"""Posts for the evaluation of dedup, from records that hold only what a person wrote down."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from agents.dedup.config import DedupConfig
from agents.dedup.data import load_data
from agents.dedup.judge import judge
from agents.dedup.state import DedupState
from schemas.ids import stable_hash
from schemas.posts import JudgedPost, PostKind, RawPost

HERE = Path(__file__).resolve().parent


def read_jsonl(name: str) -> list[dict[str, Any]]:
    """Return the records of a file beside this one."""
    return [
        json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines() if line.strip()
    ]


def raw_post(record: dict[str, Any], kind: PostKind = "post") -> RawPost:
    """Return the post of a record with source, published_at, headline and body, and maybe native_id and
    revision."""
    at = datetime.fromisoformat(record["published_at"])
    text = (record.get("headline") or "") + record["body"]
    return RawPost(
        post_id=stable_hash(record["source"], record.get("native_id") or record["published_at"] + text),
        source=record["source"],
        lane="default",
        native_id=record.get("native_id"),
        revision=record.get("revision") or 0,
        headline=record.get("headline"),
        body=record["body"],
        published_at=at,
        fetched_at=at + timedelta(minutes=1),
        event_time=at,
        kind=kind,
    )


def fresh_state(config: DedupConfig | None = None) -> DedupState:
    """Return an empty state over the shipped data."""
    return DedupState(config or DedupConfig(), load_data())


def judged(posts: list[RawPost]) -> list[JudgedPost]:
    """Return the verdicts on some posts by a state that knows nothing else."""
    state = fresh_state()
    return [judge(state, post) for post in posts]
