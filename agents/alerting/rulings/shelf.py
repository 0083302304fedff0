"""The stories that an alerting agent holds, with the next timer of each, by lane."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from agents.alerting.rulings.deadlines import Deadlines
from agents.alerting.rulings.timers import Limits, next_due
from schemas.story_state import StoryState


class Shelf:
    """Stories by id. One without a timer that is due costs nothing."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._stories: dict[str, StoryState] = {}
        self._live: dict[str, Deadlines] = {}
        self._exercises: dict[str, Deadlines] = {}
        self.open_stories = 0
        """Number of those that are not closed."""

    def get(self, story_id: str) -> StoryState | None:
        """Return a story's state, None where nothing is known of it."""
        return self._stories.get(story_id)

    def put(self, state: StoryState) -> None:
        """Hold a story's state in place of its earlier one."""
        self.open_stories += _is_open(state) - _is_open(self._stories.get(state.story_id))
        self._stories[state.story_id] = state
        if state.lane is not None:
            timed, other = self._live, self._exercises
            if state.contributions[-1].exercise:
                timed, other = other, timed
            timed.setdefault(state.lane, Deadlines()).set(state.story_id, next_due(state, self._limits))
            if state.lane in other:
                other[state.lane].set(state.story_id, None)

    def drop(self, story_id: str) -> None:
        """Forget a story; one that is not there is passed over."""
        state = self._stories.pop(story_id, None)
        self.open_stories -= _is_open(state)
        for timed in (self._live, self._exercises):
            if state is not None and state.lane in timed:
                timed[state.lane].set(story_id, None)

    def is_due(self, lanes: Mapping[str, datetime], idle: Mapping[str, datetime]) -> bool:
        """Tell whether a story may have a timer that is due; see `due`."""
        return any(
            lane in reached and deadlines.may_have_passed(reached[lane])
            for reached, timed in _ways(lanes, idle, self._live, self._exercises)
            for lane, deadlines in timed.items()
        )

    def due(
        self, lanes: Mapping[str, datetime], idle: Mapping[str, datetime] | None = None
    ) -> Iterator[tuple[StoryState, datetime]]:
        """Yield stories with the time of a timer that is due, lane by lane in the order of their times.

        The caller puts what the story has become before it asks for the next one.

        Args:
            lanes: time that each lane has reached.
            idle: time that the wall clock has brought lanes to, for stories that are no exercise.

        """
        for reached, timed in _ways(lanes, idle or {}, self._live, self._exercises):
            for lane in sorted(timed.keys() & reached.keys()):
                for story_id, due in timed[lane].passed(reached[lane]):
                    yield self._stories[story_id], due


_Timed = dict[str, Deadlines]


def _ways(
    lanes: Mapping[str, datetime], idle: Mapping[str, datetime], live: _Timed, exercises: _Timed
) -> tuple[tuple[Mapping[str, datetime], _Timed], ...]:
    """Return which times count for which timers."""
    return (lanes, live), (lanes, exercises), (idle, live)


def _is_open(state: StoryState | None) -> bool:
    return state is not None and state.story is not None and state.story.state == "open"
