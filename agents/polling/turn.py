"""One request for a source and its answer: what to publish, what to remember, what to report."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from msgspec import structs

from agents.polling.changes import Changes, find_changes
from agents.polling.fetch import Fetched
from agents.polling.schedule import LONGEST_RETRY_AFTER, next_interval
from agents.polling.source_files import Source
from agents.sources.web.document import Posts
from schemas.poll_state import PollState
from schemas.posts import RawPost

Problem = Literal["unreachable", "unreadable", "refused", "changed_form", "emptied", "silent"]
PROBLEMS: tuple[Problem, ...] = ("unreachable", "unreadable", "refused", "changed_form", "emptied", "silent")
"""What can be wrong with a source; each is a metric of its own."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a request led to.

    Attributes:
        state: what is remembered from now on.
        publish: posts for posts.raw, in order.
        problems: what is wrong with the source, each with a sentence.
        changes: counts of what was found; None where no document was read.
        store: whether the state is worth writing down.

    """

    state: PollState
    publish: tuple[RawPost, ...] = ()
    problems: tuple[tuple[Problem, str], ...] = ()
    changes: Changes | None = None
    store: bool = False


def conditions(source: Source, state: PollState | None) -> dict[str, str]:
    """Return the headers that make a request conditional."""
    if state is None or state.url != source.url:
        return {}
    headers = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    return {name: value for name, value in headers.items() if value}


def failed(source: Source, state: PollState | None, fetched: Fetched, now: datetime) -> Turn:
    """Take an answer without a document: the next pause is longer, nothing else changes."""
    before = _before(source, state)
    wait = min(fetched.retry_after or timedelta(0), LONGEST_RETRY_AFTER)
    after = structs.replace(
        before, failures=before.failures + 1, polled_at=now, not_before=now + wait if wait else None
    )
    problem: Problem = "refused" if fetched.outcome == "refused" else "unreachable"
    sentence = f"{fetched.reason}; {after.failures} in a row"
    return Turn(after, problems=((problem, sentence), *_silence(source, after, now)))


def unchanged(source: Source, state: PollState | None, now: datetime) -> Turn:
    """Take the answer that the document is the same as last time."""
    before = _before(source, state)
    interval = next_interval(source, before, changed=False)
    after = structs.replace(before, failures=0, polled_at=now, not_before=None, interval=interval)
    return Turn(after, problems=_silence(source, after, now))


def unreadable(source: Source, state: PollState | None, reason: str, now: datetime) -> Turn:
    """Take a document that could not be read as anything."""
    after = failed(source, state, Fetched("failed", reason), now).state
    return Turn(after, problems=(("unreadable", reason), *_silence(source, after, now)))


def read(source: Source, state: PollState | None, fetched: Fetched, found: Posts, now: datetime) -> Turn:
    """Take a document that was read."""
    before = _before(source, state)
    changes = find_changes(state, found, source.id, source.lane, now)
    changed = bool(changes.publish)
    after = structs.replace(
        before,
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        form=found.form if found.posts or before.form is None else before.form,
        posts=list(changes.seen),
        interval=next_interval(source, state, changed=changed),
        failures=0,
        polled_at=now,
        changed_at=now if changed else before.changed_at,
        not_before=None,
    )
    problems = (*_form_problems(before, found), *_silence(source, after, now))
    return Turn(after, changes.publish, problems, changes, store=_differs(before, after))


def _before(source: Source, state: PollState | None) -> PollState:
    return state or PollState(source=source.id, url=source.url, interval=source.interval.total_seconds())


def _form_problems(before: PollState, found: Posts) -> tuple[tuple[Problem, str], ...]:
    problems: list[tuple[Problem, str]] = [("unreadable", fault) for fault in found.faults]
    held = any(not seen.missing for seen in before.posts)
    if held and not found.posts:
        problems.append(("emptied", f"no posts in a document that held {len(before.posts)}"))
    elif before.form is not None and found.posts and found.form != before.form:
        problems.append(("changed_form", f"was read as {before.form} and is {found.form} now"))
    return tuple(problems)


def _silence(source: Source, state: PollState, now: datetime) -> tuple[tuple[Problem, str], ...]:
    if state.changed_at is None or now - state.changed_at < source.silent_after:
        return ()
    return (("silent", f"nothing new since {state.changed_at.isoformat()}"),)


def _differs(before: PollState, after: PollState) -> bool:
    """Tell whether something changed that a restart would miss; times of requests are not worth a message."""
    same = {"polled_at": None, "interval": 0.0, "failures": 0, "not_before": None}
    return structs.replace(before, **same) != structs.replace(after, **same)
