"""HTTP sessions that reach the public internet only."""

from socket import AddressFamily

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from agents.net.guard import is_public

_CONNECTIONS = 200
_PER_HOST = 8


class PublicResolver(AbstractResolver):
    """Resolves names as the system does, and gives only public addresses to connect to."""

    def __init__(self, inner: AbstractResolver, *, allow_private: bool) -> None:
        self._inner = inner
        self._allow_private = allow_private

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AddressFamily.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a host that may be connected to.

        Raises:
            OSError: the name has no address, or none that is public.

        """
        found = await self._inner.resolve(host, port, family)
        allowed = [one for one in found if self._allow_private or is_public(one["host"])]
        if not allowed:
            raise OSError(None, f"{host} has no public address")
        return allowed

    async def close(self) -> None:
        """Close the resolver within."""
        await self._inner.close()


def open_session(
    user_agent: str, seconds: float, *, allow_private: bool, encodings: str = "identity"
) -> aiohttp.ClientSession:
    """Return a session that connects to public addresses only, keeps no cookies and decompresses nothing.

    Args:
        user_agent: how we name ourselves.
        seconds: for a whole request.
        allow_private: let names lead to private addresses too.
        encodings: content encodings that the caller reads, as Accept-Encoding names them.

    """
    resolver = PublicResolver(aiohttp.ThreadedResolver(), allow_private=allow_private)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(resolver=resolver, limit=_CONNECTIONS, limit_per_host=_PER_HOST),
        headers={"User-Agent": user_agent, "Accept-Encoding": encodings},
        timeout=aiohttp.ClientTimeout(total=seconds, sock_connect=min(10, seconds)),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        max_line_size=16 * 1024,
        max_field_size=32 * 1024,
    )
