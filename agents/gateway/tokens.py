"""Bearer tokens: only their hashes are kept, in a YAML or JSON file.

A token is 256 random bits, so that its plain SHA-256 can be neither guessed nor looked up.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from typing import Annotated, Literal

from msgspec import Meta

from agents.list_files import parse_list
from schemas.base import Id, StrictMessage
from schemas.codec import from_plain

Scope = Literal["ingest", "read", "rules"]
TOKEN_BYTES = 32
_PREFIX = "wd_"
_HASH = "sha256:"


class Token(StrictMessage, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may do what."""

    name: Id
    """In metrics and logs."""
    owner: Id
    """Owner of the rules that it sees and changes, and of the alerts that it sees."""
    scopes: Annotated[list[Scope], Meta(min_length=1)]
    """ingest: sends posts; read: reads stories, events and alerts; rules: reads and changes rules."""
    hash: Annotated[str, Meta(pattern="^sha256:[0-9a-f]{64}$")]
    rate: Annotated[float, Meta(gt=0)] = 100.0
    """Requests a second; each post that is sent counts as one."""


def token_from(random_bytes: bytes) -> str:
    """Return a token made of random bytes."""
    return _PREFIX + urlsafe_b64encode(random_bytes).rstrip(b"=").decode()


def hash_of(token: str) -> str:
    """Return what the file keeps of a token."""
    return _HASH + hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def find(tokens: list[Token], presented: str) -> Token | None:
    """Return the token that was presented. Takes as long whichever it is, and when it is none."""
    wanted = hash_of(presented)
    found = None
    for token in tokens:
        if hmac.compare_digest(token.hash, wanted):
            found = token
    return found


def parse_tokens(text: str, name: str) -> list[Token]:
    """Return the tokens of a file.

    Args:
        text: YAML or JSON, ``tokens:`` and a list.
        name: name of the file, for messages.

    Raises:
        ListFileError: it is not YAML, a field is wrong, or two tokens have one name or one hash.

    """
    return parse_list(text, name, "tokens", lambda plain: from_plain(plain, Token), unique=("name", "hash"))


def line_for(name: str, token: str, owner: str | None = None) -> str:
    """Return the lines of the file that let a token in, for all scopes."""
    return (
        f"  - name: {name}\n    owner: {owner or name}\n    scopes: [ingest, read, rules]\n"
        f"    hash: {hash_of(token)}\n"
    )
