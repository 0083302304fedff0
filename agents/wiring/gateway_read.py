"""Reading topics for single requests and for clients of streams that come late."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from types import TracebackType

from aiokafka import AIOKafkaConsumer, TopicPartition

from agents.gateway.hub import Hub
from agents.gateway.ring import Entry
from agents.wiring.connection import Cluster

READERS = 8
"""So many read at the same time; others wait for their turn."""
BATCH = 500
_POLL_MS = 500


class GatewayReader:
    """Reads topics with consumers that are kept and used again."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._turns = asyncio.Semaphore(READERS)
        self._idle: list[AIOKafkaConsumer] = []
        self._open = AsyncExitStack()

    async def __aenter__(self) -> "GatewayReader":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def read(self, hub: Hub, position: list[int]) -> AsyncGenerator[list[Entry], None]:
        """Yield messages from a place on, in order by partition; the place is moved on past them."""
        async with self._consumer() as consumer:
            assigned = self._assign(consumer, hub, position)
            while True:
                fetched = await consumer.getmany(timeout_ms=_POLL_MS, max_records=BATCH)
                entries = [
                    entry
                    for messages in fetched.values()
                    for message in messages
                    if (entry := hub.entry_of(message.partition, message.offset, message.value)) is not None
                ]
                position[:] = [await consumer.position(partition) for partition in assigned]
                yield entries

    async def first(self, hub: Hub) -> list[int]:
        """Return the place of the oldest messages that are kept."""
        async with self._consumer() as consumer:
            assigned = self._partitions(hub)
            found = await consumer.beginning_offsets(assigned)
            return [found[partition] for partition in assigned]

    async def since(self, hub: Hub, moment: datetime) -> list[int]:
        """Return the place of the first message that came at or after a time, the end where none did."""
        async with self._consumer() as consumer:
            assigned = self._partitions(hub)
            millis = max(0, int(moment.timestamp() * 1000))
            found = await consumer.offsets_for_times(dict.fromkeys(assigned, millis))
            return [
                end if found.get(partition) is None else found[partition].offset
                for partition, end in zip(assigned, hub.ring.position, strict=True)
            ]

    async def one(self, hub: Hub, partition: int, offset: int) -> Entry | None:
        """Return one message, None when it is no longer kept."""
        async with self._consumer() as consumer:
            wanted = TopicPartition(self._cluster.topic(hub.topic), partition)
            consumer.assign([wanted])
            if offset < (await consumer.beginning_offsets([wanted]))[wanted]:
                return None
            consumer.seek(wanted, offset)
            message = await consumer.getone(wanted)
            if message.offset != offset:
                return None
            return hub.entry_of(partition, offset, message.value)

    def _partitions(self, hub: Hub) -> list[TopicPartition]:
        name = self._cluster.topic(hub.topic)
        return [TopicPartition(name, number) for number in range(len(hub.ring.position))]

    def _assign(self, consumer: AIOKafkaConsumer, hub: Hub, position: Sequence[int]) -> list[TopicPartition]:
        assigned = self._partitions(hub)
        consumer.assign(assigned)
        for partition, offset in zip(assigned, position, strict=True):
            consumer.seek(partition, offset)
        return assigned

    @asynccontextmanager
    async def _consumer(self) -> AsyncIterator[AIOKafkaConsumer]:
        """Lend a consumer that nobody else uses; it is kept for the next one."""
        async with self._turns:
            if self._idle:
                consumer = self._idle.pop()
            else:
                consumer = await self._open.enter_async_context(self._cluster.reader())
            try:
                yield consumer
            finally:
                consumer.unsubscribe()
                self._idle.append(consumer)
