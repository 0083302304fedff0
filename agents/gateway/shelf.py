"""The stories as they stand, the latest told last, within a bound of bytes."""

from bisect import bisect_left, insort
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agents.gateway.facets import Facets, facets_of_story
from agents.gateway.filters import Filter
from agents.gateway.problems import bad_request

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KIND = "s1"
_OVERHEAD = 500
"""Bytes that a story takes beside its text, about."""

_Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Shelved:
    """One story."""

    facets: Facets
    value: bytes

    @property
    def key(self) -> _Key:
        """By which stories are ordered: microseconds since 1970 of when it was last told, and id."""
        return (self.facets.at - _EPOCH) // timedelta(microseconds=1), self.facets.id


class StoryShelf:
    """Holds the latest state of each story; those told longest ago make room for others."""

    def __init__(self, size: int) -> None:
        """Hold nothing yet, and later no more than about so many bytes."""
        self._most = size
        self._stories: dict[str, Shelved] = {}
        self._order: list[_Key] = []
        self.bytes = 0
        self.dropped = 0
        """Stories that had to make room."""

    def __len__(self) -> int:
        return len(self._stories)

    def put(self, story_id: str, value: bytes | None) -> None:
        """Take the new state of a story; None removes it.

        Raises:
            DecodeError: the value is no story.

        """
        shelved = None if value is None else Shelved(facets_of_story(value), value)
        self._remove(story_id)
        if shelved is None:
            return
        self._stories[story_id] = shelved
        insort(self._order, shelved.key)
        self.bytes += len(shelved.value) + _OVERHEAD
        while self.bytes > self._most and len(self._order) > 1:
            self._remove(self._order[0][1])
            self.dropped += 1

    def _remove(self, story_id: str) -> None:
        known = self._stories.pop(story_id, None)
        if known is not None:
            del self._order[bisect_left(self._order, known.key)]
            self.bytes -= len(known.value) + _OVERHEAD

    def get(self, story_id: str) -> bytes | None:
        """Return a story, None when it is not held."""
        known = self._stories.get(story_id)
        return None if known is None else known.value

    def page(self, wanted: Filter, limit: int, cursor: str | None) -> tuple[list[bytes], str | None]:
        """Return stories, the latest told first, and the cursor of what follows, None where nothing does.

        Raises:
            ProblemError: the cursor is none.

        """
        end = len(self._order) if cursor is None else bisect_left(self._order, _decode(cursor))
        found: list[Shelved] = []
        for at in range(end - 1, -1, -1):
            shelved = self._stories[self._order[at][1]]
            if wanted.passes(shelved.facets):
                found.append(shelved)
                if len(found) == limit:
                    return [one.value for one in found], _encode(shelved.key) if at else None
        return [one.value for one in found], None


def _encode(key: _Key) -> str:
    return f"{_KIND}.{key[0]}.{key[1]}"


def _decode(cursor: str) -> _Key:
    try:
        kind, at, story_id = cursor.split(".", 2)
        if kind == _KIND:
            return int(at), story_id
    except ValueError:
        pass
    raise bad_request("the cursor is not one that was given out here; leave it out to start anew")
