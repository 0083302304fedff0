"""The stories that an alerting agent holds, with the next timer of each, by lane."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from agents.alerting.deadlines import Deadlines
from agents.alerting.timers import Limits, next_due
from schemas.story_state import StoryState


class Shelf:
    """Stories by id. One without a timer that is due costs nothing."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._stories: dict[str, StoryState] = {}
        self._lanes: dict[str, Deadlines] = {}

    def __len__(self) -> int:
        """Return the number of stories."""
        return len(self._stories)

    def get(self, story_id: str) -> StoryState | None:
        """Return a story's state, None where nothing is known of it."""
        return self._stories.get(story_id)

    def put(self, state: StoryState) -> None:
        """Hold a story's state in place of its earlier one."""
        self._stories[state.story_id] = state
        if state.lane is not None:
            deadlines = self._lanes.setdefault(state.lane, Deadlines())
            deadlines.set(state.story_id, next_due(state, self._limits))

    def drop(self, story_id: str) -> None:
        """Forget a story; one that is not there is passed over."""
        state = self._stories.pop(story_id, None)
        if state is not None and state.lane is not None:
            self._lanes[state.lane].set(story_id, None)

    def is_due(self, lanes: Mapping[str, datetime], idle: datetime | None = None) -> bool:
        """Tell whether a story may have a timer that is due; see `due`."""
        return any(
            deadlines.may_have_passed(moment)
            for lane, deadlines in self._lanes.items()
            for moment in (lanes.get(lane), idle)
            if moment is not None
        )

    def due(
        self, lanes: Mapping[str, datetime], idle: datetime | None = None
    ) -> Iterator[tuple[StoryState, datetime]]:
        """Yield stories with the time of a timer that is due, lane by lane in the order of their times.

        The caller puts what the story has become before it asks for the next one.

        Args:
            lanes: time that each lane has reached.
            idle: time that the wall clock has brought all lanes to, for stories that are no exercise.

        """
        for lane in sorted(self._lanes):
            if lane in lanes:
                yield from self._due(lane, lanes[lane])
            if idle is not None:
                yield from self._due_when_idle(lane, idle)

    def _due(self, lane: str, moment: datetime) -> Iterator[tuple[StoryState, datetime]]:
        for story_id, due in self._lanes[lane].passed(moment):
            yield self._stories[story_id], due

    def _due_when_idle(self, lane: str, moment: datetime) -> Iterator[tuple[StoryState, datetime]]:
        exercises: list[tuple[str, datetime]] = []
        for story_id, due in self._lanes[lane].passed(moment):
            state = self._stories[story_id]
            if state.contributions[-1].exercise:
                exercises.append((story_id, due))
            else:
                yield state, due
        for story_id, due in exercises:
            self._lanes[lane].set(story_id, due)
