"""GET /v1/events/stream and /v1/alerts/stream: server-sent events."""

from http import HTTPStatus

from aiohttp import web

from agents.gateway import sse
from agents.gateway.cursors import decode_cursor
from agents.gateway.filters import Filter, filter_of
from agents.gateway.http import Call
from agents.gateway.hub import Hub
from agents.gateway.problems import try_later
from agents.gateway.state import Client
from agents.gateway.streams import Stream


async def stream_events(call: Call) -> web.StreamResponse:
    """Send events as they come."""
    return await _stream(call, call.gateway.events, filter_of(call.query))


async def stream_alerts(call: Call) -> web.StreamResponse:
    """Send the owner's alerts as they come."""
    return await _stream(call, call.gateway.alerts, filter_of(call.query, call.owner))


async def _stream(call: Call, hub: Hub, wanted: Filter) -> web.StreamResponse:
    gateway, token = call.gateway, call.token
    assert token is not None
    last = call.request.headers.get("Last-Event-ID")
    position = decode_cursor(last, hub.kind, len(hub.ring.position)) if last else None
    if len(gateway.clients) >= gateway.settings.gateway_streams or hub.stopping:
        gateway.metrics.gateway_throttled.labels("streams").inc()
        raise try_later(HTTPStatus.SERVICE_UNAVAILABLE, "there are too many streams", 5)
    response = web.StreamResponse(headers={"Content-Type": sse.CONTENT_TYPE, "X-Accel-Buffering": "no"})
    await response.prepare(call.request)
    sent = gateway.metrics.gateway_stream_events.labels(hub.topic)

    async def write(data: bytes, events: int) -> None:
        client.blocked_since = gateway.seconds()
        await response.write(data)
        client.blocked_since = None
        if events:
            sent.inc(events)

    client = Client(hub, Stream(hub, wanted, write), call.request.transport, token)
    gateway.clients.add(client)
    open_streams = gateway.metrics.gateway_streams.labels(hub.topic)
    open_streams.inc()
    try:
        await client.stream.run(position, gateway.reader)
    except ConnectionError:
        pass  # the client has gone, or was cut off
    finally:
        gateway.clients.discard(client)
        open_streams.dec()
        if client.cut is not None:
            gateway.metrics.gateway_streams_cut.labels(hub.topic, client.cut).inc()
    return response
