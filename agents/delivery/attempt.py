"""One attempt to hand an alert to an endpoint."""

import asyncio
from datetime import datetime

import aiohttp
import apprise

from agents.delivery.endpoint_files import Endpoint
from agents.delivery.forms import chat_text, webhook_body, webhook_headers
from agents.delivery.retries import Answer
from agents.net.guard import RefusedAddressError, check_url
from agents.net.retry_after import retry_after
from schemas.alerts import Alert

_ANSWER_BYTES = 4096


async def attempt(
    session: aiohttp.ClientSession,
    endpoint: Endpoint,
    alert: Alert,
    now: datetime,
    *,
    seconds: float,
    allow_private: bool,
) -> Answer:
    """Hand an alert over once. What goes wrong is the answer's reason, and names no address and no secret.

    Args:
        session: from ``agents.net.session.open_session``; used for webhooks.
        endpoint: where to.
        alert: what.
        now: time of the attempt, which the signature covers.
        seconds: how long the endpoint may take.
        allow_private: whether webhooks may go to private addresses.

    """
    try:
        async with asyncio.timeout(seconds):
            if endpoint.kind == "apprise":
                return await _notify(endpoint, alert)
            check_url(endpoint.url, allow_private=allow_private)
            return await _post(session, endpoint, alert, now)
    except TimeoutError:
        return Answer(None, False, f"no answer within {seconds:g} s")
    except RefusedAddressError:
        return Answer(None, False, "the address is not a public one", refused=True)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Answer(None, False, type(error).__name__)


async def _post(session: aiohttp.ClientSession, endpoint: Endpoint, alert: Alert, now: datetime) -> Answer:
    body = webhook_body(alert)
    headers = webhook_headers(body, alert, endpoint.secret, now)
    async with session.post(endpoint.url, data=body, headers=headers, allow_redirects=False) as response:
        await response.content.read(_ANSWER_BYTES)
        status = response.status
        if 200 <= status < 300:
            return Answer(status, True, "")
        wait = retry_after(response.headers.get("Retry-After"), now)
        return Answer(status, False, f"HTTP {status}", retry_after=wait)


async def _notify(endpoint: Endpoint, alert: Alert) -> Answer:
    """Send a text by Apprise, which says no more than whether it worked."""
    title, text = chat_text(alert)
    service = apprise.Apprise()
    if not service.add(endpoint.url):
        return Answer(None, False, "Apprise does not know this kind of URL", refused=True)
    sent = await service.async_notify(body=text, title=title)
    return Answer(None, bool(sent), "" if sent else "the service did not take it")
