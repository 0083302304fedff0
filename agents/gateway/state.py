"""All that the handlers of one gateway share."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from agents.alerting.messages.cap import CapWords
from agents.gateway.alert_index import AlertIndex
from agents.gateway.hub import Hub
from agents.gateway.rates import Bucket
from agents.gateway.ring import Entry
from agents.gateway.rules import RuleShelf
from agents.gateway.shelf import StoryShelf
from agents.gateway.streams import OldReader, Stream
from agents.gateway.tokens import Token
from agents.metrics import Metrics
from agents.settings import Settings
from schemas.posts import RawPost
from schemas.rules import Rule

BEHIND_SECONDS = 1.0
"""A client that takes nothing in is cut off after so long when the ring no longer holds what comes next."""


class Reader(OldReader, Protocol):
    """Reads topics where the gateway holds nothing itself."""

    async def since(self, hub: Hub, moment: datetime) -> list[int]:
        """Return the place of the first message that came at or after a time."""

    async def one(self, hub: Hub, partition: int, offset: int) -> Entry | None:
        """Return one message, None when it is no longer kept."""


class Writer(Protocol):
    """Hands on what clients send. Raises ProblemError when the brokers do not answer in time."""

    async def accept(self, posts: Sequence[RawPost]) -> None:
        """Return once the brokers have the posts."""

    async def put_rule(self, rule: Rule) -> None:
        """Return once the rule is on its topic and is seen there."""

    async def delete_rule(self, rule_id: str) -> None:
        """Return once the rule is gone from its topic and is seen to be gone."""


class Connection(Protocol):
    """The side of a transport that is needed to end a connection."""

    def abort(self) -> None:
        """Close at once; what was not sent is dropped."""


@dataclass(eq=False, slots=True)
class Client:
    """One client of a stream, while it is connected."""

    hub: Hub
    stream: Stream
    connection: Connection | None
    token: Token
    blocked_since: float | None = None
    """Monotonic seconds since when it takes nothing in; None while it does."""
    cut: str | None = None
    """Why it was cut off."""


@dataclass(slots=True)
class Gateway:
    """State and limits of one gateway."""

    settings: Settings
    metrics: Metrics
    events: Hub
    alerts: Hub
    stories: StoryShelf
    rules: RuleShelf
    index: AlertIndex
    cap_words: CapWords
    clock: Callable[[], datetime]
    seconds: Callable[[], float]
    """Monotonic seconds."""
    tokens: list[Token] = field(default_factory=list)
    buckets: dict[str, Bucket] = field(default_factory=dict)
    clients: set[Client] = field(default_factory=set)
    ready: bool = False
    stopping: bool = False
    body_bytes: int = 0
    """Bytes of bodies that are being taken in."""
    rules_lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _reader: Reader | None = None
    _writer: Writer | None = None

    def connect(self, reader: Reader, writer: Writer) -> None:
        """Take up the ways to the brokers."""
        self._reader, self._writer = reader, writer

    @property
    def reader(self) -> Reader:
        """Reads topics."""
        assert self._reader is not None, "not connected yet"
        return self._reader

    @property
    def writer(self) -> Writer:
        """Hands on what clients send."""
        assert self._writer is not None, "not connected yet"
        return self._writer

    def set_tokens(self, tokens: list[Token]) -> None:
        """Take new tokens; streams of those that are gone are ended."""
        self.tokens = tokens
        known = {token.hash: token for token in tokens}
        self.buckets = {hash_: bucket for hash_, bucket in self.buckets.items() if hash_ in known}
        for client in list(self.clients):
            if known.get(client.token.hash) != client.token:
                self.cut(client, "token")

    def bucket(self, token: Token) -> Bucket:
        """Return what a token has left."""
        bucket = self.buckets.get(token.hash)
        if bucket is None or bucket.rate != token.rate:
            bucket = self.buckets[token.hash] = Bucket.full(token.rate, self.seconds())
        return bucket

    def cut(self, client: Client, why: str) -> None:
        """End the connection of a client of a stream."""
        client.cut = why
        client.stream.ended = True
        client.hub.wake()
        if client.connection is not None:
            client.connection.abort()

    def cut_stalled(self) -> None:
        """Cut off the clients that stopped reading: for too long, or until what comes next is gone."""
        now = self.seconds()
        for client in list(self.clients):
            if client.blocked_since is None or client.cut:
                continue
            number, seconds = client.stream.number, now - client.blocked_since
            behind = number is not None and number < client.hub.ring.first and seconds > BEHIND_SECONDS
            if behind or seconds > self.settings.gateway_stall_timeout:
                self.cut(client, "stalled")
