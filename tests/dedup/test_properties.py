import os
import random
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import msgpack

from agents.dedup.entry import Entry
from agents.dedup.judge import judge, judge_batch, judge_signed
from schemas.codec import encode
from schemas.posts import JudgedPost, RawPost
from tests.dedup.posts import FERRY, QUAKE, post, state
from tests.eval.dedup_generator import EDITS

ROOT = Path(__file__).resolve().parents[2]
_WINDOW = {"window": timedelta(hours=30), "max_posts": 25}


def log(seed: int, count: int = 60) -> list[RawPost]:
    """Return posts with edits, replays, out-of-order times and gaps that let the window run out."""
    rng = random.Random(seed)
    texts = [
        FERRY,
        QUAKE,
        "Air raid alert in Odesa.",
        "",
        "🙂",
        "Two trains collided at Espeluy in Spain on Tuesday, five died.",
    ]
    posts: list[RawPost] = []
    for number in range(count):
        if posts and rng.random() < 0.1:
            posts.append(rng.choice(posts))
            continue
        record = {"headline": rng.choice([None, "Word from the coast"]), "body": rng.choice(texts)}
        if record["body"] and rng.random() < 0.6:
            record = rng.choice(list(EDITS.values()))(record, rng)
        native = str(rng.randrange(30))
        minutes = number * rng.choice([1, 20, 60]) - rng.choice([0, 0, 400])
        kind = rng.choice(["post", "post", "post", "summary", "notice"])
        posts.append(
            post(
                record["body"],
                headline=record["headline"],
                native_id=native,
                revision=number,
                minutes=minutes,
                kind=kind,
            )
        )
    return posts


def verdicts(posts: list[RawPost]) -> list[bytes]:
    held = state(**_WINDOW)
    return [encode(judge(held, one)) for one in posts]


@given(seed=st.integers(0, 10_000), cuts=st.sets(st.integers(0, 60)))
@settings(max_examples=25, deadline=None)
def test_verdicts_do_not_depend_on_batch_boundaries(seed: int, cuts: set[int]) -> None:
    posts, held = log(seed), state(**_WINDOW)
    bounds = [0, *sorted(cuts), len(posts)]
    batched = [one for start, end in pairwise(bounds) for one in judge_batch(held, posts[start:end])]
    assert [encode(one) for one in batched] == verdicts(posts)


@given(seed=st.integers(0, 10_000), at=st.integers(0, 60))
@settings(max_examples=25, deadline=None)
def test_a_restored_state_goes_on_as_if_nothing_had_happened(seed: int, at: int) -> None:
    posts, live, restored = log(seed), state(**_WINDOW), state(**_WINDOW)
    signatures = live.signatures(posts[:at])
    left = [judge_signed(live, one, signature)[1] for one, signature in zip(posts, signatures, strict=False)]
    entries = [msgpack.decode(msgpack.encode(entry), type=Entry) for entry in left if entry is not None]
    for start in range(0, len(entries), 7):
        restored.enter(entries[max(0, start - 2) : start + 7])
    for one in posts[at:]:
        signature = live.signatures([one])[0]
        assert judge_signed(restored, one, signature) == judge_signed(live, one, signature)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_numbers_of_a_story_have_no_gaps_and_repeats_stay_with_what_they_repeat(seed: int) -> None:
    held, seen = state(max_posts=1000), dict[tuple[str, int], JudgedPost]()
    for one in log(seed):
        seen[one.post_id, one.revision] = judge(held, one)
    numbers: dict[str, list[int]] = {}
    stories = {judged.post_id: judged.story_id for judged in seen.values()}
    for judged in seen.values():
        numbers.setdefault(judged.story_id, []).append(judged.story_seq)
        if judged.related_to and judged.kind == "post" and judged.reason != "summary_of_several":
            assert judged.story_id == stories[judged.related_to]
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in numbers.values())


@given(headline=st.none() | st.text(max_size=40), body=st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_it(headline: str | None, body: str) -> None:
    held = state()
    first, again = judge_batch(
        held, [post(body, headline=headline, native_id="1"), post(body, headline=headline, native_id="2")]
    )
    assert first.relation in ("new", "correction", "retraction")
    assert again.story_seq >= 1


def test_texts_of_one_mebibyte_are_judged() -> None:
    held = state()
    for number, text in enumerate(
        ("a" * 2**20, "a. " * 350_000, '" ' * 2**19, "subscribe " * 100_000, "五" * 2**20, "(\n" * 2**19)
    ):
        assert judge(held, post(text, native_id=str(number))).story_seq >= 1


def test_verdicts_do_not_depend_on_the_hash_seed() -> None:
    code = (
        "import hashlib; from tests.dedup.test_properties import log, verdicts; "
        "print(hashlib.sha256(b''.join(verdicts(log(3)))).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "77")
    }
    assert len(found) == 1
