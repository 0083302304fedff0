"""What a fault did to the desk: what is missing, what has changed, what came out of order."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tests.faults.ledger import COMPARED, Content, Ledger, Messages
from tests.faults.subscribers import Receiver, Stream

_CONTEXT = 60
"""Bytes that are shown around a difference."""


@dataclass(frozen=True)
class Verdict:
    """Lines that name what is wrong.

    Attributes:
        missing: what should be there and is not; it may still come.
        wrong: what should not be there, has other bytes or another place.

    """

    missing: list[str]
    wrong: list[str]


def judge(ledger: Ledger, accepted: set[tuple[str, int]], receiver: Receiver, stream: Stream) -> Verdict:
    """Compare what is there with what an undisturbed run gives.

    Args:
        ledger: the topics, as far as they were read.
        accepted: post_id and revision of the posts that the gateway answered with 202.
        receiver: the webhook's.
        stream: the client of the stream of alerts.

    """
    missing = [f"posts.raw: {own}" for own in accepted - ledger.posts]
    wrong = [f"webhook {own} is not signed by the desk" for own in receiver.forged]
    for topic in COMPARED:
        found, expected = ledger.found[topic], ledger.expected[topic]
        missing += [f"{topic}: {own}" for own in expected.content.keys() - found.content.keys()]
        wrong += [f"{topic}: {problem}" for problem in _differences(found, expected)]
    missing += [f"dead.letters: {own}" for own in ledger.expected_letters - ledger.letters]
    wrong += [f"dead.letters: {own} is no poison" for own in ledger.letters - ledger.expected_letters]
    taken = dict(receiver.taken)
    missing += [f"webhook: {own}" for own in ledger.due.keys() - taken.keys()]
    missing += [f"deliveries: {own}" for own in ledger.due.keys() - ledger.delivered]
    wrong += [f"webhook: {problem}" for problem in _webhook_differences(ledger, receiver)]
    streamed, published = Counter(stream.alert_ids), Counter(ledger.alert_ids)
    missing += [f"stream: {own}" for own in published - streamed]
    wrong += [f"stream: {own} came more often than it was published" for own in streamed - published]
    wrong += ["stream: the gateway says that messages are no longer kept"] * stream.gaps
    return Verdict(missing, wrong)


def _differences(found: Messages, expected: Messages) -> Iterator[str]:
    for own in found.changed:
        yield f"{own} was repeated with other bytes"
    for own, content in found.content.items():
        if own not in expected.content:
            yield f"{own} does not come in an undisturbed run"
        elif content != expected.content[own]:
            place = _first_difference(content, expected.content[own])
            yield f"{own} has other bytes than in an undisturbed run: {place}"
    for thread, order in expected.order.items():
        came = found.order.get(thread, [])
        if len(came) == len(order) and came != order:
            yield f"{thread} came in another order"


def _webhook_differences(ledger: Ledger, receiver: Receiver) -> Iterator[str]:
    for own, body in receiver.taken:
        if own in ledger.due and body != ledger.due[own]:
            yield f"{own} has another body"
    first = list(dict.fromkeys(own for own, _ in receiver.taken))
    place = {own: number for number, own in enumerate(first)}
    for thread, order in ledger.due_order.items():
        places = [place[own] for own in order if own in place]
        if places != sorted(places):
            yield f"{thread} came in another order"


def _first_difference(one: Content, other: Content) -> str:
    """Return the place where two messages part, with what is written there."""
    left, right = (b" ".join(part or b"null" for part in content) for content in (one, other))
    at = next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), 0)
    start = max(0, at - _CONTEXT)
    return f"...{left[start : at + _CONTEXT]!r} is not ...{right[start : at + _CONTEXT]!r}"
