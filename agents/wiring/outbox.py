"""Delivering messages: produced together, awaited together, tried again until the brokers have them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from agents.errors import FailedRunningError
from agents.wiring.cloudevents import Headers, headers_of
from agents.wiring.connection import retrying
from agents.wiring.stage import Output
from schemas.codec import encode


@dataclass(frozen=True, slots=True)
class Message:
    """What goes to the broker."""

    topic: str
    """Name on the broker."""
    key: bytes | None
    value: bytes | None
    headers: Headers
    partition: int | None = None
    """None: by the hash of the key."""


class MessageTooLargeError(FailedRunningError, ValueError):
    """A message is larger than its topic takes."""


def message_of(output: Output, prefix: str) -> Message:
    """Return the message of an output: under its topic's full name, with the headers of a CloudEvent."""
    value = None if output.value is None else encode(output.value)
    return Message(
        f"{prefix}{output.topic}", output.key.encode(), value, headers_of(output), output.partition
    )


class _UndeliveredError(KafkaError):
    """Some messages did not arrive; those are sent again."""


class Outbox:
    """Delivers messages through one producer."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def deliver(self, messages: Sequence[Message], on_retry: Callable[[], None] = lambda: None) -> None:
        """Return once the brokers have all messages. While they do not answer this waits and tries on.

        Raises:
            MessageTooLargeError: a message is larger than its topic takes; trying again cannot help.

        """
        pending = messages
        async for attempt in retrying("delivering"):
            with attempt:
                if attempt.retry_state.attempt_number > 1:
                    on_retry()
                pending, error = await self._send(pending)
                if pending:
                    raise _UndeliveredError(f"{len(pending)} messages not delivered: {error}")

    async def _send(self, messages: Sequence[Message]) -> tuple[list[Message], BaseException | None]:
        """Send messages, in order; return those that did not arrive, and an error of one of them."""
        futures, error = await self._enqueue(messages)
        outcomes = await asyncio.gather(*futures, return_exceptions=True)
        failed = []
        for message, outcome in zip(messages, outcomes, strict=False):
            if isinstance(outcome, BaseException):
                error = _raise_if_fatal(outcome, message)
                failed.append(message)
        return [*failed, *messages[len(futures) :]], error

    async def _enqueue(
        self, messages: Sequence[Message]
    ) -> tuple[list[asyncio.Future[object]], BaseException | None]:
        """Hand messages to the producer up to the first that it refuses, so that none overtakes it."""
        futures: list[asyncio.Future[object]] = []
        for message in messages:
            try:
                future = await self._producer.send(
                    message.topic, message.value, message.key, message.partition, headers=message.headers
                )
            except (KafkaError, OSError) as error:
                return futures, _raise_if_fatal(error, message)
            futures.append(future)
        return futures, None


def _raise_if_fatal(error: BaseException, message: Message) -> BaseException:
    """Return an error after which sending again can help; raise any other."""
    if isinstance(error, MessageSizeTooLargeError):
        size = len(message.value or b"")
        raise MessageTooLargeError(f"{message.topic} does not take a message of {size} bytes") from error
    if not isinstance(error, KafkaError | OSError):
        raise error
    return error
