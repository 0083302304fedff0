"""Addresses as documents of the web give them."""

from urllib.parse import urljoin


def web_address(given: str | None, base: str | None) -> str | None:
    """Return an absolute http or https address; None for anything else.

    Args:
        given: the address, which may be relative.
        base: address of the document; None where it is not known.

    """
    if not given:
        return None
    try:
        joined = urljoin(base or "", given.strip())
    except ValueError:
        return None
    return joined if joined.startswith(("http://", "https://")) else None
