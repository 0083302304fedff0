"""Messages on their way to one partition, in batches of whatever has come together.

aiokafka's ``send`` makes a future of every message, and sends later messages while an earlier one is tried
again. Here one batch is under way at a time: nothing can overtake what is tried again, what waits meanwhile
is the next batch, and where nothing waits a message goes out at once.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from agents.wiring.connection import retrying
from agents.wiring.messages import Message, MessageTooLargeError


@dataclass(slots=True)
class _Parcel:
    """Messages that were handed over together, and how many of them the brokers have."""

    messages: Sequence[Message]
    on_retry: Callable[[], None]
    delivered: asyncio.Future[None]
    sent: int = 0


class PartitionQueue:
    """Delivers to one partition, in the order in which messages are put."""

    def __init__(self, producer: AIOKafkaProducer, topic: str, partition: int) -> None:
        self._producer = producer
        self._topic = topic
        self._partition = partition
        self._parcels: deque[_Parcel] = deque()
        self._most = 0
        """Messages in a batch, after the broker refused a larger one; 0: as many as there is room for."""
        self._sending: asyncio.Task[None] | None = None

    def put(self, messages: Sequence[Message], on_retry: Callable[[], None]) -> asyncio.Future[None]:
        """Return what ends once the brokers have the messages.

        It ends with MessageTooLargeError where the topic does not take one of them. Cancelling it withdraws
        those that are not under way.
        """
        parcel = _Parcel(messages, on_retry, asyncio.get_running_loop().create_future())
        self._parcels.append(parcel)
        if self._sending is None:
            self._sending = asyncio.ensure_future(self._send_all())
        return parcel.delivered

    async def _send_all(self) -> None:
        try:
            while self._drop_withdrawn():
                if not await self._send_one_batch():
                    await self._try_again()
        except Exception as error:  # no error of the brokers: whoever waits has to know
            for parcel in self._parcels:
                if not parcel.delivered.done():
                    parcel.delivered.set_exception(error)
            self._parcels.clear()
        finally:
            self._sending = None

    def _drop_withdrawn(self) -> bool:
        """Forget parcels that nobody waits for any more; tell whether any is left."""
        self._parcels = deque(parcel for parcel in self._parcels if not parcel.delivered.done())
        return bool(self._parcels)

    async def _try_again(self) -> None:
        async for attempt in retrying("delivering"):
            with attempt:
                if self._drop_withdrawn() and not await self._send_one_batch():
                    raise KafkaError(f"{self._topic}[{self._partition}] does not take messages")

    async def _send_one_batch(self) -> bool:
        """Send the first messages that make up a batch; tell whether the brokers have them."""
        batch = self._producer.create_batch()
        count = 0
        for one in self._unsent():
            if not batch.append(timestamp=None, key=one.key, value=one.value, headers=one.headers):
                break
            count += 1
            if count == self._most:
                break
        batch.close()
        under_way = list(self._parcels)
        try:
            await (await self._producer.send_batch(batch, self._topic, partition=self._partition))
        except MessageSizeTooLargeError:
            self._make_smaller(count)
            return True
        except (KafkaError, OSError):
            for parcel in under_way:
                parcel.on_retry()
            return False
        self._note_sent(count)
        return True

    def _unsent(self) -> Iterator[Message]:
        for parcel in self._parcels:
            yield from parcel.messages[parcel.sent :]

    def _note_sent(self, count: int) -> None:
        while count:
            parcel = self._parcels[0]
            taken = min(count, len(parcel.messages) - parcel.sent)
            parcel.sent += taken
            count -= taken
            if parcel.sent == len(parcel.messages):
                self._parcels.popleft()
                if not parcel.delivered.done():
                    parcel.delivered.set_result(None)

    def _make_smaller(self, count: int) -> None:
        """Halve the batches of a topic that takes less than is usual; one message that is too large fails."""
        if count > 1:
            self._most = count // 2
            return
        parcel = self._parcels.popleft()
        if not parcel.delivered.done():
            size = len(parcel.messages[parcel.sent].value or b"")
            parcel.delivered.set_exception(
                MessageTooLargeError(f"{self._topic} does not take a message of {size} bytes")
            )
