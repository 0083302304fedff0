"""How far a lane has come in event time: a pure function of its posts in order."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.dedup.entry import pack, unpack
from agents.dedup.judge import judge, judge_batch, judge_signed
from agents.dedup.state import DedupState
from schemas.codec import encode
from schemas.posts import JudgedPost, RawPost
from tests.dedup.posts import START, post, state

_MINUTE = timedelta(minutes=1)
_MINUTES = st.integers(-3000, 3000)
_PLACES = st.tuples(_MINUTES, _MINUTES, st.integers(0, 20))
"""Minutes of event and of fetching, and a native id, so that some posts come again."""


def posts_of(places: list[tuple[int, int, int]]) -> list[RawPost]:
    return [
        post(
            "Word from the coast.", native_id=str(native), minutes=event, fetched_at=START + fetched * _MINUTE
        )
        for event, fetched, native in places
    ]


def judged_by(held: DedupState, posts: list[RawPost]) -> list[JudgedPost]:
    return [judge(held, one) for one in posts]


@pytest.mark.parametrize(
    ("posts", "reached"),
    [
        pytest.param([(0, 1)], [0], id="an event time"),
        pytest.param([(0, 1), (5, 6), (3, 7)], [0, 5, 5], id="a late post does not take it back"),
        pytest.param([(0, 1), (0, 30), (0, 20)], [0, 20, 20], id="fetching, less the allowed lateness"),
        pytest.param([(0, 1), (9000, 2), (3, 4)], [0, 2, 3], id="a future date counts to its fetching only"),
        pytest.param([(-9000, 0)], [-10], id="an old page"),
    ],
)
def test_the_watermark_goes_on_with_events_and_with_fetching(
    posts: list[tuple[int, int]], reached: list[int]
) -> None:
    found = judged_by(state(), posts_of([(*one, number) for number, one in enumerate(posts)]))
    assert [one.watermark for one in found] == [START + minutes * _MINUTE for minutes in reached]


def test_the_allowed_lateness_is_a_setting() -> None:
    held = state(allowed_lateness=timedelta(hours=2))
    (found,) = judged_by(held, posts_of([(-9000, 0, 1)]))
    assert found.watermark == START - timedelta(hours=2)


def test_a_post_of_the_earliest_of_times_is_judged() -> None:
    first = datetime.min.replace(tzinfo=UTC)
    (found,) = judged_by(state(), [post("Word.", fetched_at=first, event_time=first)])
    assert found.watermark == first


@given(places=st.lists(_PLACES, max_size=30))
@settings(max_examples=50, deadline=None)
def test_it_never_goes_back_but_for_posts_that_come_again(places: list[tuple[int, int, int]]) -> None:
    posts = posts_of(places)
    seen: dict[str, bytes] = {}
    before = datetime.min.replace(tzinfo=UTC)
    for one, found in zip(posts, judged_by(state(window=timedelta(days=30)), posts), strict=True):
        if one.post_id in seen:
            assert seen[one.post_id] == encode(found.watermark)
            continue
        seen[one.post_id] = encode(found.watermark)
        assert before <= found.watermark
        assert found.watermark <= max(before, one.fetched_at)
        before = found.watermark


@given(places=st.lists(_PLACES, max_size=30), cuts=st.sets(st.integers(0, 30)))
@settings(max_examples=50, deadline=None)
def test_it_does_not_depend_on_batches_and_restarts(
    places: list[tuple[int, int, int]], cuts: set[int]
) -> None:
    posts = posts_of(places)
    held, found = state(), []
    for start, end in pairwise([0, *sorted(cut for cut in cuts if cut < len(posts)), len(posts)]):
        found += judge_batch(held, posts[start:end])
        held = _restarted(posts[:end])
    assert [encode(one) for one in found] == [encode(one) for one in judged_by(state(), posts)]


def _restarted(posts: list[RawPost]) -> DedupState:
    """Return a state restored from what the posts left."""
    first, second = state(), state()
    left = [
        judge_signed(first, one, sign)[1] for one, sign in zip(posts, first.signatures(posts), strict=True)
    ]
    packed = pack([(number, entry) for number, entry in enumerate(left) if entry is not None])
    second.enter([entry for _, entry in unpack(packed)])
    return second
