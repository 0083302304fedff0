"""The labelled evaluation data is well formed, and its locked parts share nothing with the others."""

from pathlib import Path
from typing import Any, get_args

import orjson
import pytest

from schemas.events import CasualtyKind, Category, EventType, Severity, Status
from schemas.posts import Relation

HERE = Path(__file__).parent
FILES = sorted((HERE / "posts").glob("*.jsonl"))


def rows(path: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_labels_are_in_range_and_lie_in_the_text(path: Path) -> None:
    for row in rows(path):
        text = f"{row['headline'] or ''}\n{row['body']}"
        assert row["category"] in row["categories_ok"], row["id"]
        for field, kind in (
            ("categories_ok", Category),
            ("event_types_ok", EventType),
            ("severity_ok", Severity),
            ("status_ok", Status),
        ):
            assert row[field], row["id"]
            assert set(row[field]) <= set(get_args(kind)), row["id"]
        assert {claim["kind"] for claim in row["casualties"]} <= set(get_args(CasualtyKind)), row["id"]
        assert all(place["name"] in text for place in row["places"]), row["id"]


def test_at_least_600_posts_over_all_categories_and_25_countries_a_third_of_them_locked() -> None:
    posts = [row for path in FILES for row in rows(path)]
    first = [row for path in FILES if path.stem[0] in "abc" for row in rows(path)]
    locked = [row for path in FILES if path.stem.endswith("_test") for row in rows(path)]
    assert len(first) >= 600
    assert 3 * len(locked) >= len(first)
    assert {row["category"] for row in locked} == set(get_args(Category))
    assert len({place["country"] for row in posts for place in row["places"]}) > 25
    assert len({row["id"] for row in posts}) == len(posts)


def test_locked_posts_stand_nowhere_else() -> None:
    locked = {
        row["headline"] or row["body"] for path in FILES if path.stem.endswith("_test") for row in rows(path)
    }
    open_ = {
        row["headline"] or row["body"] for path in FILES if path.stem.endswith("_dev") for row in rows(path)
    }
    assert not locked & open_


def test_pairs_are_at_least_150_with_labels_that_agree() -> None:
    pairs = rows(HERE / "pairs.jsonl")
    assert len(pairs) >= 150
    for pair in pairs:
        assert set(pair["relations_ok"]) <= set(get_args(Relation)), pair["id"]
        assert pair["linked"] == ("new" not in pair["relations_ok"]), pair["id"]


def test_stories_are_at_least_30_and_their_halves_share_none() -> None:
    halves = [{row["story"] for row in rows(HERE / f"stories_{half}.jsonl")} for half in ("dev", "test")]
    assert not halves[0] & halves[1]
    several = 0
    for half in ("dev", "test"):
        stories = [row["story"] for row in rows(HERE / f"stories_{half}.jsonl")]
        several += sum(stories.count(story) > 1 for story in set(stories))
    assert several >= 30


def test_streams_and_retellings_name_posts_that_stand_before_them() -> None:
    streams, retellings = rows(HERE / "streams.jsonl"), rows(HERE / "retellings.jsonl")
    assert len(streams) >= 25
    assert sum(len(group["posts"]) for group in retellings) >= 60
    for group, field in [(one, "of") for one in streams] + [(one, "retells") for one in retellings]:
        times = {post["id"]: post["published_at"] for post in group["posts"]}
        for post in group["posts"]:
            assert all(times[one] < post["published_at"] for one in post[field]), post["id"]
    assert {group["half"] for group in streams} == {group["half"] for group in retellings} == {"dev", "test"}
    assert {post["relation"] for group in streams for post in group["posts"]} == {
        "news",
        "correction",
        "retraction",
    }
