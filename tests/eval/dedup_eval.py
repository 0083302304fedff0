"""Figures of the dedup agent on hand-written pairs and stories and on generated edits."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from agents.dedup.comparison import compare, members
from agents.dedup.config import DedupConfig
from agents.dedup.decide import decide
from agents.dedup.judge import judge
from agents.dedup.relation import conflict, rule_for
from agents.dedup.state import DedupState
from agents.dedup.verdict import Verdict
from tests.eval.dedup_generator import EDITS, extended, summary_of, templates
from tests.eval.dedup_posts import HERE, fresh_state, judged, raw_post, read_jsonl
from tests.eval.dedup_scores import b_cubed, f1
from tests.eval.dedup_streams import evaluate_retellings, evaluate_streams


def pair_outcomes() -> list[tuple[dict[str, Any], str]]:
    """Return each hand-written pair with the relation of its later post to its earlier one."""
    outcomes: list[tuple[dict[str, Any], str]] = []
    for pair in read_jsonl("pairs.jsonl"):
        first, second = judged([raw_post(pair["a"]), raw_post(pair["b"])])
        outcomes.append((pair, second.relation if second.related_to == first.post_id else "new"))
    return outcomes


def evaluate_pairs() -> dict[str, float]:
    """Return how well repeats are told from new posts, and relations from one another."""
    outcomes = pair_outcomes()
    linked = [pair["linked"] for pair, _ in outcomes]
    found = [relation != "new" for _, relation in outcomes]
    hits = sum(a and b for a, b in zip(linked, found, strict=True))
    figures = {f"pairs.{name}": value for name, value in f1(hits, sum(found), sum(linked)).items()}
    figures["pairs.relation_right"] = sum(r in p["relations_ok"] for p, r in outcomes) / len(outcomes)
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for pair, relation in outcomes:
        by_kind[pair["kind"]].append((relation != "new") == pair["linked"])
    return figures | {f"pairs.{kind}": sum(right) / len(right) for kind, right in sorted(by_kind.items())}


def evaluate_stories(name: str) -> dict[str, float]:
    """Return B-cubed figures of a file of posts labelled with their stories."""
    records = sorted(read_jsonl(f"{name}.jsonl"), key=lambda record: (record["published_at"], record["id"]))
    verdicts = judged([raw_post(record) for record in records])
    figures = b_cubed([record["story"] for record in records], [verdict.story_id for verdict in verdicts])
    return {f"{name}.{key}": value for key, value in figures.items()}


def base_records() -> list[dict[str, Any]]:
    """Return the posts that edits are made of: long enough, and no two of the same words."""
    records = [
        record
        for name in sorted((HERE / "posts").glob("*_dev.jsonl"))
        for record in read_jsonl(f"posts/{name.name}")
    ]
    return list({record["body"]: record for record in records if len(record["body"].split()) >= 20}.values())


def _verdict(state: DedupState, record: dict[str, Any], minutes: int = 60) -> Verdict:
    """Return the verdict on a record published later by another source, without taking it in."""
    post = raw_post({**record, "source": "another-outlet", "native_id": None})
    later = post.event_time + timedelta(minutes=minutes)
    post = msgspec.structs.replace(post, event_time=later, published_at=later, fetched_at=later)
    return decide(state, post, state.signatures([post])[0])


def evaluate_edits(seed: int = 7) -> dict[str, float]:
    """Return the recall of each kind of edit, all base posts being indexed."""
    records, rng = base_records(), random.Random(seed)
    ids, state = {}, fresh_state(DedupConfig(window=timedelta(days=4000)))
    for record in records:
        post = raw_post(record)
        judge(state, post)
        ids[record["id"]] = post.post_id
    figures = {}
    for name, edit in EDITS.items():
        usable = [
            record
            for record in records
            if name != "headline_only" or len((record["headline"] or "").split()) >= 8
        ]
        hits = [_verdict(state, edit(record, rng)).related_to == ids[record["id"]] for record in usable]
        figures[f"edits.{name}"] = sum(hits) / len(hits)
    background = read_jsonl("stories_dev.jsonl")
    hits = [
        _verdict(state, extended(one, rng, rng.choice(background))).related_to == ids[one["id"]]
        for one in records
    ]
    figures["edits.extended"] = sum(hits) / len(hits)
    parts = [rng.sample(records, 3) for _ in range(len(records) // 3)]
    hits = [_linked_apart(state, some, {ids[one["id"]] for one in some}) for some in parts]
    return figures | {"edits.summary": sum(hits) / len(hits)}


def _linked_apart(state: DedupState, records: list[dict[str, Any]], ids: set[str]) -> bool:
    verdict = _verdict(state, summary_of(records))
    return verdict.related_to in ids and verdict.story_seq == 1


def evaluate_siblings(half: str, seed: int = 7, rounds: int = 30) -> dict[str, float]:
    """Return the part of templated siblings that are taken for repeats."""
    rng, wrong, total = random.Random(seed), 0, 0
    for template in templates(half):
        for number in range(rounds):
            first, second = template.fill(rng)
            at = datetime(2026, 3, 2, 6, tzinfo=UTC) + timedelta(minutes=number)
            state = fresh_state()
            judge(
                state,
                raw_post({"source": "a", "published_at": at.isoformat(), "headline": None, "body": first}),
            )
            record = {"source": "a", "published_at": at.isoformat(), "headline": None, "body": second}
            wrong += _verdict(state, record, minutes=rng.choice([5, 60, 1440])).relation != "new"
            total += 1
    return {f"siblings_{half}.false_positives": wrong / total}


def evaluate_random_pairs(pairs: int = 50_000, seed: int = 7) -> dict[str, float]:
    """Return how many random pairs of different posts are taken for repeats."""
    state, rng = fresh_state(), random.Random(seed)
    posts = [raw_post({**record, "published_at": "2026-03-02T06:00:00+00:00"}) for record in base_records()]
    signatures = state.signatures(posts)
    tables = [members(signature.shingles) for signature in signatures]
    stored = []
    for number, post in enumerate(posts):
        judge(state, post)
        stored.append(state.rows.stored(number))
    wrong = 0
    for _ in range(pairs):
        one, other = rng.sample(range(len(posts)), 2)
        seen = compare(signatures[one], tables[one], stored[one].time, stored[other])
        wrong += rule_for(seen, state.config) is not None and conflict(seen, state.config) is None
    return {"random_pairs.false_positives": float(wrong)}


def evaluate() -> dict[str, float]:
    """Return all figures of the dedup agent; higher is better unless the name ends in ``false_positives``."""
    return (
        evaluate_pairs()
        | evaluate_stories("stories_dev")
        | evaluate_stories("stories_test")
        | evaluate_streams("dev")
        | evaluate_streams("test")
        | evaluate_retellings("dev")
        | evaluate_retellings("test")
        | evaluate_edits()
        | evaluate_siblings("dev")
        | evaluate_siblings("test")
        | evaluate_random_pairs()
    )
