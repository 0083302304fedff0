"""GET of stories, events and alerts."""

import asyncio
from collections.abc import Awaitable
from http import HTTPStatus
from typing import TypeVar

import orjson
from aiohttp import web
from msgspec import UNSET

from agents.alerting.messages.cap import cap_message
from agents.gateway import atom
from agents.gateway.cursors import decode_cursor
from agents.gateway.filters import filter_of
from agents.gateway.http import Call, json_response
from agents.gateway.hub import Hub
from agents.gateway.pages import page_body, read_page
from agents.gateway.problems import not_found, try_later
from agents.gateway.queries import EventQuery, FeedQuery, StoryQuery
from agents.gateway.ring import Entry
from schemas.alerts import Alert
from schemas.codec import decode

CAP_TYPE = "application/cap+xml"
READ_SECONDS = 15.0
T = TypeVar("T")


async def list_stories(call: Call) -> web.Response:
    """Return stories, the latest told first."""
    query: StoryQuery = call.query
    cursor = None if query.cursor is UNSET else query.cursor
    values, following = call.gateway.stories.page(filter_of(query), query.limit, cursor)
    return json_response(orjson.dumps({"items": list(map(orjson.Fragment, values)), "next": following}))


async def get_story(call: Call) -> web.Response:
    """Return one story."""
    value = call.gateway.stories.get(call.request.match_info["id"])
    if value is None:
        raise not_found("such story")
    return json_response(value)


async def list_events(call: Call) -> web.Response:
    """Return a page of events."""
    return await _page(call, call.gateway.events, None)


async def list_alerts(call: Call) -> web.Response:
    """Return a page of the owner's alerts."""
    return await _page(call, call.gateway.alerts, call.owner)


async def get_alert(call: Call) -> web.Response:
    """Return one of the owner's alerts."""
    entry = await _alert(call, call.request.match_info["id"])
    if entry is None:
        raise not_found("such alert")
    return json_response(entry.value)


async def get_cap(call: Call) -> web.Response:
    """Return one of the owner's alerts as a CAP message, with references to the earlier ones."""
    entry = await _alert(call, call.request.match_info["id"])
    if entry is None:
        raise not_found("such alert")
    alert = decode(entry.value, Alert)
    earlier = await asyncio.gather(*(_alert(call, one) for one in alert.references))
    body = cap_message(
        alert,
        [decode(one.value, Alert) for one in earlier if one is not None],
        call.gateway.settings.cap_sender,
        call.gateway.cap_words,
    )
    return web.Response(body=body, content_type=CAP_TYPE, charset="utf-8")


async def get_feed(call: Call) -> web.Response:
    """Return the owner's latest alerts as an Atom feed."""
    query: FeedQuery = call.query
    wanted = filter_of(query, call.owner)
    ring = call.gateway.alerts.ring
    entries = [one for one in ring.entries(ring.first) if wanted.passes(one.facets)]
    alerts = [decode(one.value, Alert) for one in entries[: -query.limit - 1 : -1]]
    body = atom.feed(alerts, call.owner, str(call.request.url))
    return web.Response(body=body, content_type=atom.CONTENT_TYPE, charset="utf-8")


async def _page(call: Call, hub: Hub, owner: str | None) -> web.Response:
    query: EventQuery = call.query
    wanted = filter_of(query, owner)
    position = await within(_start(call, hub, query))
    page = await within(read_page(hub, call.gateway.reader, wanted, position, query.limit))
    return json_response(page_body(page, hub))


async def _start(call: Call, hub: Hub, query: EventQuery) -> list[int]:
    """Return where a page begins."""
    if query.cursor is not UNSET:
        return decode_cursor(query.cursor, hub.kind, len(hub.ring.position))
    if query.start == "newest":
        return list(hub.ring.position)
    if query.since is not UNSET:
        return await call.gateway.reader.since(hub, query.since)
    return await call.gateway.reader.first(hub)


async def _alert(call: Call, alert_id: str) -> Entry | None:
    """Return an alert of the owner's, None when there is none of that id."""
    place = call.gateway.index.find(alert_id)
    if place is None:
        return None
    entry = await within(call.gateway.reader.one(call.gateway.alerts, *place))
    return entry if entry is not None and entry.facets.owner == call.owner else None


async def within(reading: Awaitable[T]) -> T:
    """Return what is read from the brokers.

    Raises:
        ProblemError: they do not answer in time.

    """
    try:
        async with asyncio.timeout(READ_SECONDS):
            return await reading
    except (TimeoutError, OSError):
        raise try_later(HTTPStatus.SERVICE_UNAVAILABLE, "the broker does not answer", 5) from None
