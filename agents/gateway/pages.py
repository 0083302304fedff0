"""Pages of events and alerts: from the ring where it holds them, else from the topic."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from http import HTTPStatus

import orjson

from agents.gateway.cursors import encode_cursor
from agents.gateway.filters import Filter
from agents.gateway.hub import Hub
from agents.gateway.problems import ProblemError
from agents.gateway.ring import Entry
from agents.gateway.streams import OldReader

MOST_READ = 5000
"""So many messages are looked at for one page; what passes the filter may lie behind them."""
_SECONDS_AHEAD = 2.0


@dataclass(slots=True)
class Page:
    """What a page holds so far."""

    wanted: Filter
    limit: int
    position: list[int]
    values: list[bytes] = field(default_factory=list)
    looked_at: int = 0

    @property
    def is_full(self) -> bool:
        """Whether it takes no more."""
        return len(self.values) >= self.limit or self.looked_at >= MOST_READ

    def take(self, entries: Sequence[Entry]) -> bool:
        """Take messages in their order; say whether all had room."""
        for entry in entries:
            if entry.offset < self.position[entry.partition]:
                continue
            if self.is_full:
                return False
            self.looked_at += 1
            self.position[entry.partition] = entry.offset + 1
            if self.wanted.passes(entry.facets):
                self.values.append(entry.value)
        return True


async def read_page(hub: Hub, old: OldReader, wanted: Filter, position: Sequence[int], limit: int) -> Page:
    """Return the messages from a place on that pass a filter, and the place after them.

    Raises:
        ProblemError: the topic does not have the place: it was made anew.

    """
    await _until_reached(hub, position)
    page = Page(wanted, limit, list(position))
    if not hub.ring.covers(position):
        await _read_old(hub, old, page)
    if not page.is_full and hub.ring.covers(page.position):
        end = list(hub.ring.position)
        if page.take(list(hub.ring.entries(hub.ring.first))):
            page.position = list(map(max, page.position, end))
    return page


async def _read_old(hub: Hub, old: OldReader, page: Page) -> None:
    """Read from the topic until the page is full or the ring goes on."""
    page.position = list(map(max, page.position, await old.first(hub)))
    reached = list(page.position)
    async with aclosing(old.read(hub, reached)) as batches:
        async for entries in batches:
            if not page.take(entries):
                return
            page.position = list(reached)
            if page.is_full or hub.ring.covers(page.position):
                return


async def _until_reached(hub: Hub, position: Sequence[int]) -> None:
    """Wait for a place that another gateway gave out a moment ago.

    Raises:
        ProblemError: it is not reached.

    """
    try:
        async with asyncio.timeout(_SECONDS_AHEAD):
            while not hub.ring.reached(position):
                await hub.changed()
    except TimeoutError:
        raise ProblemError(
            HTTPStatus.GONE,
            "the cursor is beyond the end of the topic, which was made anew; start without it",
        ) from None


def page_body(page: Page, hub: Hub) -> bytes:
    """Return a page as JSON: the messages as they lie on the topic, and the cursor of what follows."""
    return orjson.dumps(
        {
            "items": [orjson.Fragment(value) for value in page.values],
            "next": encode_cursor(hub.kind, page.position),
            "more": any(own < end for own, end in zip(page.position, hub.ring.position, strict=True)),
        }
    )
