"""The poller: asks each source when it is due, publishes what is new, and remembers it in Kafka.

Posts are delivered before the state that says so: after a crash they are published again under the same ids.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import aiohttp

from agents.metrics import Metrics
from agents.net.session import open_session
from agents.polling.fetch import Fetched, Limits, fetch
from agents.polling.inflate import ENCODINGS
from agents.polling.robots import MAX_BYTES, Robots, robots_url
from agents.polling.schedule import due_at
from agents.polling.source_files import Source
from agents.polling.turn import PROBLEMS, Turn, conditions, failed, read, unchanged, unreadable
from agents.sources.errors import SourceError
from agents.sources.profiles import Profiles
from agents.sources.web.document import Document, FeedError, Posts, read_document
from agents.wiring.connection import Cluster
from agents.wiring.log import TopicLog
from agents.wiring.messages import message_of
from agents.wiring.outbox import Outbox
from agents.wiring.outputs import output_of
from schemas.codec import decode
from schemas.poll_state import PollState

log = logging.getLogger(__name__)

STATE = "poll.state"
_READERS = 2
"""Documents that are read at the same time: each takes memory of many times its size."""


class Poller:
    """Asks sources for their documents until it is stopped."""

    def __init__(
        self,
        sources: Sequence[Source],
        cluster: Cluster,
        profiles: Profiles,
        metrics: Metrics,
        clock: Callable[[], datetime],
    ) -> None:
        settings = cluster.settings
        self._sources = sources
        self._cluster = cluster
        self._profiles = profiles
        self._metrics = metrics
        self._clock = clock
        self._limits = Limits(settings.poll_timeout, settings.poll_body_limit, settings.poll_allow_private)
        self._agent = settings.user_agent
        self._robots: dict[str, Robots] = {}
        self._hosts: dict[str, asyncio.Lock] = {}
        self._asked_at: dict[str, datetime] = {}
        self._reading = asyncio.Semaphore(_READERS)
        self._reported: set[tuple[str, str]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until ``stop`` is set; requests under way are given up, deliveries are finished.

        Raises:
            KafkaError: the state cannot be read.

        """
        states = await self._restore()
        async with self._cluster.producer() as producer, self.open_session() as session:
            outbox = Outbox(producer)
            start = self._clock()
            async with asyncio.TaskGroup() as group:
                for source in self._sources:
                    group.create_task(
                        self._keep_asking(source, states.get(source.id), session, outbox, start, stop)
                    )

    def open_session(self) -> aiohttp.ClientSession:
        """Return a session for ``ask``."""
        limits = self._limits
        return open_session(
            self._agent, limits.seconds, allow_private=limits.allow_private, encodings=ENCODINGS
        )

    async def _restore(self) -> dict[str, PollState]:
        states: dict[str, PollState] = {}
        async for record in TopicLog(self._cluster).read(STATE):
            if record.value is not None:
                state = decode(record.value, PollState)
                states[state.source] = state
        by_source = {source.id: source for source in self._sources}
        return {
            own: state
            for own, state in states.items()
            if own in by_source and state.url == by_source[own].url
        }

    async def _keep_asking(
        self, source: Source, state: PollState | None, session: aiohttp.ClientSession, outbox: Outbox,
        start: datetime, stop: asyncio.Event,
    ) -> None:  # fmt: skip
        while not await self._stopped_before(due_at(source, state, start), stop):
            asking = asyncio.ensure_future(self.ask(source, state, session))
            stopping = asyncio.ensure_future(stop.wait())
            await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if not asking.done():
                asking.cancel()
                return
            turn = asking.result()
            await self._deliver(outbox, turn)
            self._report(source, turn)
            state = turn.state

    async def _stopped_before(self, moment: datetime, stop: asyncio.Event) -> bool:
        try:
            async with asyncio.timeout(max(0.0, (moment - self._clock()).total_seconds())):
                await stop.wait()
        except TimeoutError:
            return stop.is_set()
        return True

    async def ask(self, source: Source, state: PollState | None, session: aiohttp.ClientSession) -> Turn:
        """Ask for a source's document once and return what it leads to."""
        fetched = await self._fetch(source, conditions(source, state), session)
        self._metrics.poll_requests.labels(source.id, fetched.outcome).inc()
        now = self._clock()
        if fetched.outcome == "not_modified":
            return unchanged(source, state, now)
        if fetched.outcome != "ok":
            return failed(source, state, fetched, now)
        document = Document(
            fetched.data, source.id, source.id, fetched.url, fetched.content_type, source.lane, fetched_at=now
        )
        try:
            found = await self._read(document)
        except (FeedError, SourceError) as error:
            return unreadable(source, state, str(error), now)
        return read(source, state, fetched, found, now)

    async def _read(self, document: Document) -> Posts:
        async with self._reading:
            return await asyncio.to_thread(read_document, document, self._profiles)

    async def _fetch(
        self, source: Source, headers: Mapping[str, str], session: aiohttp.ClientSession
    ) -> Fetched:
        """Fetch a source's document: one request at a time for each host, as its robots.txt allows."""
        host = urlsplit(source.url).netloc
        async with self._hosts.setdefault(host, asyncio.Lock()):
            robots = await self._robots_of(source.url, session)
            if not robots.allows(source.url, self._agent):
                return Fetched(
                    "refused", "robots.txt does not allow it, or cannot be fetched", url=source.url
                )
            await self._keep_distance(host, robots.delay(self._agent))
            fetched = await fetch(session, source.url, self._limits, self._clock(), headers)
            self._asked_at[host] = self._clock()
            return fetched

    async def _robots_of(self, url: str, session: aiohttp.ClientSession) -> Robots:
        address = robots_url(url)
        known = self._robots.get(address)
        now = self._clock()
        if known is None or known.until <= now:
            limits = Limits(self._limits.seconds, MAX_BYTES, self._limits.allow_private)
            known = self._robots[address] = Robots(await fetch(session, address, limits, now), now)
        return known

    async def _keep_distance(self, host: str, distance: timedelta) -> None:
        last = self._asked_at.get(host)
        if last is not None:
            await asyncio.sleep(max(0.0, (last + distance - self._clock()).total_seconds()))

    async def _deliver(self, outbox: Outbox, turn: Turn) -> None:
        """Deliver posts, then the state: never the other way round. A stop does not interrupt it."""
        prefix = self._cluster.settings.topic_prefix
        if turn.publish:
            await outbox.deliver([message_of(output_of(post), prefix) for post in turn.publish])
        if turn.store:
            await outbox.deliver([message_of(output_of(turn.state), prefix)])

    def _report(self, source: Source, turn: Turn) -> None:
        found = dict(turn.problems)
        for problem in PROBLEMS:
            known = (source.id, problem) in self._reported
            if problem in found and not known:
                log.warning("source %s is %s: %s", source.id, problem, found[problem])
                self._reported.add((source.id, problem))
            elif known and problem not in found:
                log.info("source %s is no longer %s", source.id, problem)
                self._reported.discard((source.id, problem))
            self._metrics.poll_problem.labels(source.id, problem).set(problem in found)
        if turn.state.changed_at is not None:
            self._metrics.poll_last_change.labels(source.id).set(turn.state.changed_at.timestamp())
        if turn.changes is not None:
            counts = {"new": turn.changes.new, "edited": turn.changes.edited, "gone": turn.changes.gone}
            for change, count in counts.items():
                self._metrics.poll_posts.labels(source.id, change).inc(count)
            if turn.publish:
                log.info(
                    "source %s: %s",
                    source.id,
                    ", ".join(f"{n} {change}" for change, n in counts.items() if n),
                )
