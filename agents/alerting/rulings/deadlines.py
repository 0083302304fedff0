"""The next timer of each story, found without a look at those that have none yet."""

from collections.abc import Iterator
from datetime import datetime
from heapq import heappop, heappush


class Deadlines:
    """A heap with one entry a story; one that is earlier than the story's timer is put back when found."""

    def __init__(self) -> None:
        self._due: dict[str, datetime] = {}
        self._heap: list[tuple[datetime, str]] = []
        self._entered: dict[str, datetime] = {}

    def set(self, story_id: str, due: datetime | None) -> None:
        """Set the next timer of a story; None: it has none."""
        if due is None:
            self._due.pop(story_id, None)
            return
        self._due[story_id] = due
        entered = self._entered.get(story_id)
        if entered is None or due < entered:
            self._enter(story_id, due)

    def may_have_passed(self, moment: datetime) -> bool:
        """Tell whether a timer may be set to at most a time."""
        return bool(self._heap) and self._heap[0][0] <= moment

    def passed(self, moment: datetime) -> Iterator[tuple[str, datetime]]:
        """Yield the stories whose timer is set to at most a time, the earliest first, each with its time.

        The caller sets the story's next timer before it asks for the next story; one that it does not set is
        left out from then on.
        """
        while self._heap and self._heap[0][0] <= moment:
            entered, story_id = heappop(self._heap)
            if self._entered.get(story_id) != entered:
                continue
            del self._entered[story_id]
            due = self._due.get(story_id)
            if due is None:
                continue
            if due > entered:
                self._enter(story_id, due)
                continue
            del self._due[story_id]
            yield story_id, due

    def _enter(self, story_id: str, due: datetime) -> None:
        self._entered[story_id] = due
        heappush(self._heap, (due, story_id))
