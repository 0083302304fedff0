"""Figures of the dedup agent on short wire and channel posts: tolls that rise, corrections, other events."""

from datetime import UTC, datetime
from typing import Any

from schemas.posts import JudgedPost
from tests.eval.dedup_posts import judged, raw_post, read_jsonl
from tests.eval.dedup_scores import b_cubed, f1

_BEGIN = datetime(2026, 3, 2, 6, tzinfo=UTC)
Told = tuple[dict[str, Any], JudgedPost]


def _in_order(records: list[dict[str, Any]]) -> list[Told]:
    ordered = sorted(records, key=lambda record: (record["published_at"], record["id"]))
    return list(zip(ordered, judged([raw_post(record) for record in ordered]), strict=True))


def _relation_right(told: list[Told]) -> list[bool]:
    """Tell for each post whether its relation is right: news is no repeat, a correction names its post."""
    ids = {record["id"]: verdict.post_id for record, verdict in told}
    right = []
    for record, verdict in told:
        if record["relation"] == "news":
            right.append(verdict.relation in ("new", "update", "revision", "excerpt"))
        else:
            targets = {ids[one] for one in record["of"]}
            right.append(verdict.relation == record["relation"] and verdict.related_to in targets)
    return right


def _false_links(told: list[Told]) -> int:
    story_of = {verdict.post_id: record["story"] for record, verdict in told}
    return sum(
        verdict.related_to is not None and story_of.get(verdict.related_to) != record["story"]
        for record, verdict in told
    )


def evaluate_retellings(half: str) -> dict[str, float]:
    """Return how well posts that tell an earlier one again in other words are told from the next news of
    a story, from the same speaker's other topics and from serial reports: all in one log."""
    groups = [group["posts"] for group in read_jsonl("retellings.jsonl") if group["half"] == half]
    told = _in_order([post for posts in groups for post in _moved(posts)])
    ids = {record["id"]: verdict.post_id for record, verdict in told}
    linked = [(record, verdict) for record, verdict in told if verdict.relation != "new"]
    hits = sum(verdict.related_to in [ids[one] for one in record["retells"]] for record, verdict in linked)
    found = f1(hits, len(linked), sum(bool(record["retells"]) for record, _ in told))
    stories = b_cubed([record["story"] for record, _ in told], [verdict.story_id for _, verdict in told])
    return {f"retellings_{half}.{key}": value for key, value in found.items()} | {
        f"retellings_{half}.stories_{key}": value for key, value in stories.items()
    }


def _moved(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the posts of a stream as if it had begun when all others did."""
    begun = min(datetime.fromisoformat(record["published_at"]) for record in records)
    return [
        {
            **record,
            "published_at": (_BEGIN + (datetime.fromisoformat(record["published_at"]) - begun)).isoformat(),
        }
        for record in records
    ]


def evaluate_streams(half: str) -> dict[str, float]:
    """Return figures of one half: each stream by itself, and all of them in one log."""
    streams = [stream for stream in read_jsonl("streams.jsonl") if stream["half"] == half]
    records = [
        [{**post, "story": f"{stream['id']}/{post['story']}"} for post in stream["posts"]]
        for stream in streams
    ]
    apart = [told for some in records for told in _in_order(some)]
    together = _in_order([post for some in records for post in _moved(some)])
    return {
        f"streams_{half}.{name}.{key}": value
        for name, told in (("apart", apart), ("together", together))
        for key, value in _figures(told).items()
    }


def _figures(told: list[Told]) -> dict[str, float]:
    right = _relation_right(told)
    news, marked = (
        [ok for (record, _), ok in zip(told, right, strict=True) if (record["relation"] == "news") == plain]
        for plain in (True, False)
    )
    found = b_cubed([record["story"] for record, _ in told], [verdict.story_id for _, verdict in told])
    return found | {
        "news_kept": sum(news) / len(news),
        "corrections": sum(marked) / len(marked),
        "false_positive_links": float(_false_links(told)),
    }
