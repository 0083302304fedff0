"""When a delivery is tried again and given up, and what may go before what."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from agents.delivery.breaker import OPENS_AFTER, Breaker
from agents.delivery.pending import EndpointQueue
from agents.delivery.retries import GIVEN_UP_AFTER, LONGEST_PAUSE, Answer, Next, after_attempt, pause
from tests.delivery.builders import NOW, alert, pending

BROKEN = Answer(500, False, "HTTP 500")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(204, True, ""), "ok"),
        (BROKEN, "retry"),
        (Answer(None, False, "no answer"), "retry"),
        (Answer(404, False, "HTTP 404"), "retry"),
        (Answer(410, False, "HTTP 410"), "failed"),
        (Answer(None, False, "private address", refused=True), "refused"),
    ],
)
def test_what_becomes_of_a_delivery(answer: Answer, outcome: str) -> None:
    assert after_attempt(pending(), answer, NOW).outcome == outcome


def test_pauses_grow_to_two_hours_and_the_last_attempt_is_made_after_a_day() -> None:
    one, now, attempts = pending(), NOW, 0
    while (following := after_attempt(one, BROKEN, now)).at is not None:
        attempts += 1
        one, now = structs.replace(one, attempts=attempts, next_at=following.at), following.at
    assert following == Next("failed")
    assert now == NOW + GIVEN_UP_AFTER
    assert 15 <= attempts <= 25


def test_a_delivery_that_was_never_tried_in_a_day_is_tried_once_more() -> None:
    late = NOW + timedelta(days=3)
    assert after_attempt(pending(), Answer(200, True, ""), late).outcome == "ok"
    assert after_attempt(pending(), BROKEN, late).outcome == "failed"


def test_a_time_that_the_endpoint_asks_to_wait_is_kept() -> None:
    asked = Answer(429, False, "HTTP 429", retry_after=timedelta(hours=5))
    assert after_attempt(pending(), asked, NOW).at == NOW + timedelta(hours=5)


@given(own=st.text(min_size=1, max_size=40), attempts=st.integers(1, 10_000))
def test_pauses_are_fixed_and_never_longer_than_two_hours_and_a_fifth(own: str, attempts: int) -> None:
    assert timedelta(seconds=4) <= pause(own, attempts) <= LONGEST_PAUSE * 1.2
    assert pause(own, attempts) == pause(own, attempts)


def test_an_endpoint_that_keeps_failing_is_left_alone_and_then_probed_with_one() -> None:
    breaker = Breaker()
    for _ in range(OPENS_AFTER - 1):
        breaker = breaker.after(taken=False, now=NOW)
    assert breaker.open_until is None
    breaker = breaker.after(taken=False, now=NOW)
    assert breaker.open_until is not None
    assert breaker.open_until > NOW
    assert breaker.is_probing
    assert breaker.after(taken=True, now=NOW) == Breaker()
    longer = breaker.after(taken=False, now=breaker.open_until)
    assert longer.open_until is not None
    assert longer.open_until - breaker.open_until > breaker.open_until - NOW


def ids(queue: EndpointQueue, now: datetime = NOW) -> list[str]:
    """Start all that may go now."""
    found = []
    while (one := queue.start(now)) is not None:
        found.append(one.alert.alert_id)
    return found


def test_an_update_waits_for_the_alert_before_it_and_other_stories_do_not() -> None:
    queue = EndpointQueue(in_flight=10)
    first, update, other = alert(1), alert(2, story="story-1", sequence=2), alert(3)
    for one in (update, other, first):
        queue.put(pending(one))
    assert ids(queue) == [first.alert_id, other.alert_id]
    queue.remove(pending(first).delivery_id)
    assert ids(queue) == [update.alert_id]


def test_a_retry_keeps_its_place_before_the_update() -> None:
    queue = EndpointQueue(in_flight=10)
    later = NOW + timedelta(minutes=1)
    queue.put(pending(alert(1)))
    queue.put(pending(alert(2, story="story-1", sequence=2)))
    sent = queue.start(NOW)
    assert sent is not None
    queue.put(structs.replace(sent, attempts=1, next_at=later))
    queue.finish(sent.delivery_id)
    assert (ids(queue), queue.next_due()) == ([], later)
    assert ids(queue, later) == [sent.alert.alert_id]


def test_no_more_are_under_way_than_allowed_and_none_while_the_breaker_is_open() -> None:
    queue = EndpointQueue(in_flight=2)
    for number in range(5):
        queue.put(pending(alert(number)))
    assert len(ids(queue)) == 2
    queue = EndpointQueue(in_flight=2)
    queue.put(pending(alert(1)))
    queue.breaker = Breaker(OPENS_AFTER, NOW + timedelta(seconds=10))
    assert (ids(queue), queue.next_due()) == ([], NOW + timedelta(seconds=10))
    assert len(ids(queue, NOW + timedelta(seconds=10))) == 1


@given(
    threads=st.lists(st.integers(1, 4), min_size=1, max_size=6),
    failures=st.lists(st.booleans(), max_size=60),
    order=st.randoms(use_true_random=False),
)
def test_everything_is_sent_in_the_order_of_its_thread_whatever_fails(
    threads: list[int], failures: list[bool], order: object
) -> None:
    queue = EndpointQueue(in_flight=3)
    wanted = [
        alert(number, story=f"story-{thread}", sequence=number + 1)
        for thread, size in enumerate(threads)
        for number in range(size)
    ]
    shuffled = [pending(one) for one in wanted]
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    for one in shuffled:
        queue.put(one)
    fails, now, taken = iter(failures), NOW, []
    for _ in range(500):
        one = queue.start(now)
        if one is None:
            now += timedelta(seconds=1)
            continue
        if next(fails, False):
            queue.put(structs.replace(one, attempts=one.attempts + 1, next_at=now + timedelta(seconds=1)))
        else:
            taken.append((one.alert.story_id, one.alert.sequence))
            queue.remove(one.delivery_id)
        queue.finish(one.delivery_id)
    assert sorted(taken) == sorted((one.story_id, one.sequence) for one in wanted)
    for story in {story for story, _ in taken}:
        sequences = [sequence for own, sequence in taken if own == story]
        assert sequences == sorted(sequences)
