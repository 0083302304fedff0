"""Fetching a document from the web: with conditions, limits and a guard, and no further than that."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urljoin

import aiohttp

from agents.net.guard import RefusedAddressError, check_url
from agents.net.retry_after import retry_after
from agents.polling.inflate import CorruptError, Inflater, TooLargeError

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS = 5
_CHUNK = 64 * 1024

Outcome = Literal["ok", "not_modified", "refused", "not_found", "busy", "failed", "too_large"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may cost.

    Attributes:
        seconds: for the whole request, redirects included.
        bytes: of the decompressed document.
        allow_private: whether private addresses may be fetched.

    """

    seconds: float
    bytes: int
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """How a request ended.

    Attributes:
        outcome: busy is a 429 or 503; refused an address that must not be fetched.
        reason: one sentence for people; empty when all is well.
        data: the document, decompressed.
        url: where it was in the end.
        content_type, etag, last_modified: headers of the answer.
        retry_after: how long the server asked to wait.

    """

    outcome: Outcome
    reason: str = ""
    data: bytes = b""
    url: str = ""
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    retry_after: timedelta | None = None


async def fetch(
    session: aiohttp.ClientSession,
    url: str,
    limits: Limits,
    now: datetime,
    headers: Mapping[str, str] | None = None,
) -> Fetched:
    """Fetch a document. Errors of the network are an outcome, not raised.

    Args:
        session: from ``agents.net.session.open_session``, with ``inflate.ENCODINGS``.
        url: http or https address.
        limits: what the request may cost.
        now: for a Retry-After that gives a date.
        headers: conditions, such as If-None-Match.

    """
    try:
        async with asyncio.timeout(limits.seconds):
            return await _follow(session, url, limits, now, headers or {})
    except TimeoutError:
        return Fetched("failed", f"no complete answer within {limits.seconds:g} s", url=url)
    except TooLargeError as error:
        return Fetched("too_large", str(error), url=url)
    except RefusedAddressError as error:
        return Fetched("refused", str(error), url=url)
    except (aiohttp.ClientError, CorruptError, OSError, ValueError) as error:
        return Fetched("failed", f"{type(error).__name__}: {error}", url=url)


async def _follow(
    session: aiohttp.ClientSession, url: str, limits: Limits, now: datetime, headers: Mapping[str, str]
) -> Fetched:
    for _ in range(MAX_REDIRECTS + 1):
        check_url(url, allow_private=limits.allow_private)
        async with session.get(url, headers=headers, allow_redirects=False) as response:
            location = response.headers.get("Location")
            if response.status not in REDIRECTS or not location:
                return await _read(response, url, limits, now)
            url = urljoin(url, location)
    return Fetched("failed", f"redirected more than {MAX_REDIRECTS} times", url=url)


async def _read(response: aiohttp.ClientResponse, url: str, limits: Limits, now: datetime) -> Fetched:
    status = response.status
    if status == 304:
        return Fetched("not_modified", url=url)
    if status in (429, 503):
        wait = retry_after(response.headers.get("Retry-After"), now)
        return Fetched("busy", f"HTTP {status}", url=url, retry_after=wait)
    if status != 200:
        return Fetched("not_found" if status in (404, 410) else "failed", f"HTTP {status}", url=url)
    inflater = Inflater(response.headers.get("Content-Encoding"), limits.bytes)
    async for chunk in response.content.iter_chunked(_CHUNK):
        inflater.feed(chunk)
    return Fetched(
        "ok",
        data=inflater.close(),
        url=url,
        content_type=response.headers.get("Content-Type"),
        etag=response.headers.get("ETag"),
        last_modified=response.headers.get("Last-Modified"),
    )
