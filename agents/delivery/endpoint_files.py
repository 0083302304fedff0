"""The endpoints of the subscribers, from YAML text, with the line and field of every mistake."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec
from standardwebhooks import Webhook

from agents.list_files import parse_list
from agents.net.guard import RefusedAddressError, check_url
from schemas.base import Id, NonEmpty, StrictMessage
from schemas.codec import DecodeError, from_plain

Read = Callable[[Path], str]


class _Secret(StrictMessage, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a secret stands: never in the file of the endpoints itself."""

    file: NonEmpty | None = None
    env: NonEmpty | None = None


class _WebhookEntry(StrictMessage, frozen=True, kw_only=True, forbid_unknown_fields=True):
    url: NonEmpty | _Secret
    secret: _Secret


class _AppriseEntry(StrictMessage, frozen=True, kw_only=True, forbid_unknown_fields=True):
    url: _Secret


class _EndpointEntry(StrictMessage, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: Id
    owner: Id
    webhook: _WebhookEntry | None = None
    apprise: _AppriseEntry | None = None
    exercises: bool = False


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where alerts of one owner's rules can go. Printing one shows no secret.

    Attributes:
        id: as rules name it.
        owner: whose rules may name it.
        kind: a signed webhook, or a service of Apprise.
        url: address; for Apprise its URL with the login in it.
        secret: key of the signature, for webhooks.
        exercises: whether alerts of a replay are delivered as well.

    """

    id: str
    owner: str
    kind: Literal["webhook", "apprise"]
    url: str
    secret: str = ""
    exercises: bool = False

    def __repr__(self) -> str:
        return f"Endpoint(id={self.id!r}, owner={self.owner!r}, kind={self.kind!r})"


def parse_endpoints(
    text: str, name: str, environ: Mapping[str, str], read: Read, *, allow_private: bool = False
) -> list[Endpoint]:
    """Return the endpoints of a YAML file, their secrets read.

    Args:
        text: content of the file: ``endpoints:`` and a list.
        name: name of the file, for messages.
        environ: environment variables, for ``{env: NAME}``.
        read: returns the content of a file, for ``{file: PATH}``.
        allow_private: whether webhooks may go to private addresses.

    Raises:
        ListFileError: the text is not YAML, or an entry or a secret cannot be used. No secret is shown.

    """

    def entry(plain: Any) -> Endpoint:
        return _endpoint(from_plain(plain, _EndpointEntry), environ, read, allow_private)

    return parse_list(text, name, "endpoints", entry, unique=("id",))


def _endpoint(entry: _EndpointEntry, environ: Mapping[str, str], read: Read, allow_private: bool) -> Endpoint:
    if (entry.webhook is None) == (entry.apprise is None):
        raise DecodeError(
            "invalid", "names neither or both of webhook and apprise; exactly one is needed", None
        )
    common: dict[str, Any] = {"id": entry.id, "owner": entry.owner, "exercises": entry.exercises}
    if entry.apprise is not None:
        url = _secret(entry.apprise.url, "apprise.url", environ, read)
        return Endpoint(kind="apprise", url=url, **common)
    assert entry.webhook is not None
    given = entry.webhook.url
    url = given if isinstance(given, str) else _secret(given, "webhook.url", environ, read)
    try:
        check_url(url, allow_private=allow_private)
    except RefusedAddressError as error:
        raise DecodeError("invalid", str(error), "webhook.url") from None
    secret = _secret(entry.webhook.secret, "webhook.secret", environ, read)
    try:
        Webhook(secret)
    except Exception:  # the library names no error of its own, and none must show the secret
        message = "is no secret of Standard Webhooks: whsec_ and base64 of 24 to 64 bytes"
        raise DecodeError("invalid", message, "webhook.secret") from None
    return Endpoint(kind="webhook", url=url, secret=secret, **common)


def _secret(where: _Secret, field: str, environ: Mapping[str, str], read: Read) -> str:
    if (where.file is None) == (where.env is None):
        raise DecodeError("invalid", "needs either file or env, the place where the secret stands", field)
    if where.env is not None:
        value = environ.get(where.env, "").strip()
        if not value:
            raise DecodeError("invalid", f"the environment has no variable {where.env}", field)
        return value
    try:
        value = read(Path(str(where.file))).strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise DecodeError("invalid", f"{where.file} cannot be read: {reason}", field) from None
    if not value:
        raise DecodeError("invalid", f"{where.file} is empty", field)
    return value
