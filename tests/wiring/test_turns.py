"""Who works for long in the event loop lets others have their turns."""

import asyncio

import pytest

from agents.wiring import turns


@pytest.mark.parametrize(
    ("step_ms", "steps", "others"),
    [
        (3, 6, 0),  # short work is not interrupted
        (3, 50, 7),
        (50, 3, 3),  # each step is longer than a turn
    ],
)
async def test_others_have_a_turn_whenever_one_has_lasted_long_enough(
    monkeypatch: pytest.MonkeyPatch, step_ms: int, steps: int, others: int
) -> None:
    had, now = 0, 0.0

    async def other() -> None:
        nonlocal had
        while True:
            await asyncio.sleep(0)
            had += 1

    monkeypatch.setattr(turns.time, "perf_counter", lambda: now)
    waiting = asyncio.ensure_future(other())
    await asyncio.sleep(0)
    working = turns.Turns()
    for _ in range(steps):
        now += step_ms / 1000
        await working.pass_on()
    waiting.cancel()
    assert had == others
