"""The search for garbage while a worker runs."""

import gc

from agents.wiring.memory import rarely_searched


def test_the_oldest_generation_is_searched_rarely_and_only_while_the_context_is_open() -> None:
    before = gc.get_threshold()
    with rarely_searched():
        inside = gc.get_threshold()
        frozen = gc.get_freeze_count()
    assert inside[:2] == before[:2]
    assert inside[2] > 10 * before[2]
    assert frozen > 0
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_cycles_that_are_dropped_meanwhile_are_freed() -> None:
    with rarely_searched():
        cycle: list[object] = []
        cycle.append(cycle)
        del cycle
        assert gc.collect() >= 1
