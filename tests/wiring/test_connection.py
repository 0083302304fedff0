"""Clients of aiokafka that fail, and what is tried again."""

import asyncio
from typing import Any

import pytest

from agents.wiring.connection import retrying, running


async def _own_task_cancelled_and_awaited() -> None:
    """Do what aiokafka does where brokers fail."""
    task = asyncio.ensure_future(asyncio.sleep(60))
    task.cancel()
    await task


async def test_a_cancellation_that_nobody_asked_for_is_tried_again() -> None:
    tried = 0
    async for attempt in retrying("reading"):
        with attempt:
            tried += 1
            if tried == 1:
                await _own_task_cancelled_and_awaited()
    assert tried == 2


async def test_a_cancellation_from_outside_is_not() -> None:
    async def read_on() -> None:
        async for attempt in retrying("reading"):
            with attempt:
                await asyncio.sleep(60)

    reading = asyncio.ensure_future(read_on())
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(reading, 5)


class _Connections:
    is_open = True

    async def close(self) -> None:
        self.is_open = False


class _Client:
    """A consumer whose closing breaks off as that of aiokafka does, before it closes its connections."""

    def __init__(self) -> None:
        self._client = _Connections()

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        await _own_task_cancelled_and_awaited()


async def test_a_client_that_breaks_off_while_it_closes_does_not_cancel_its_user() -> None:
    client: Any = _Client()
    with pytest.raises(ValueError, match="what the user had to say"):
        async with running(client):
            raise ValueError("what the user had to say")
    assert not client._client.is_open
