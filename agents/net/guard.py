"""Which addresses may be fetched: never the private network that the poller itself stands in."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

_SHARED_V4 = 0x6440_0000, 0x647F_FFFF
"""100.64.0.0/10 of RFC 6598: carrier networks, and metadata services of some clouds."""


class RefusedAddressError(ValueError):
    """An address that must not be fetched."""


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public internet.

    Private, loopback, link-local (where clouds keep their metadata), multicast, reserved and shared ranges
    are not, nor are IPv6 addresses that stand for such an IPv4 one.

    Raises:
        ValueError: the text is no IP address.

    """
    ip = ip_address(address.partition("%")[0])
    inner = _embedded(ip) if isinstance(ip, IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    if isinstance(ip, IPv4Address) and _SHARED_V4[0] <= int(ip) <= _SHARED_V4[1]:
        return False
    return ip.is_global and not ip.is_multicast


def check_url(url: str, *, allow_private: bool) -> str:
    """Return the host of an address that may be asked for.

    Names are looked at again when they are resolved; this catches addresses that need no resolving.

    Raises:
        RefusedAddressError: it is not http or https, names no host, has a user name in it, or is private.

    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise RefusedAddressError(f"is no address: {error}") from error
    if parts.scheme not in ("http", "https") or not host:
        raise RefusedAddressError("is not an http or https address")
    if parts.username or parts.password:
        raise RefusedAddressError("has a user name in it")
    if not allow_private and _is_private(host):
        raise RefusedAddressError(f"{host} is not a public address")
    return host


def _is_private(host: str) -> bool:
    try:
        return not is_public(host)
    except ValueError:
        return False


def _embedded(ip: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address inside a mapped, 6to4, Teredo or NAT64 address."""
    teredo = ip.teredo
    if int(ip) >> 32 == 0x64_FF9B << 64:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour or (teredo[1] if teredo else None)
