"""Handing on what clients send: posts and rules, answered once the brokers have them."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus

from aiokafka.errors import KafkaError

from agents.gateway.problems import ProblemError, try_later
from agents.gateway.rules import RuleShelf
from agents.metrics import Metrics
from agents.wiring.connection import Cluster
from agents.wiring.messages import MessageTooLargeError, message_of
from agents.wiring.outbox import Outbox
from agents.wiring.outputs import output_of
from agents.wiring.rules import delete_rule, put_rules
from schemas.posts import RawPost
from schemas.rules import Rule

STAGE = "gateway"
_TOPIC = "posts.raw"
_RETRY_SECONDS = 5.0


class GatewayWriter:
    """Delivers through one producer; what is on its way is bounded."""

    def __init__(self, cluster: Cluster, outbox: Outbox, rules: RuleShelf, metrics: Metrics) -> None:
        self._cluster = cluster
        self._outbox = outbox
        self._rules = rules
        self._metrics = metrics
        self._timeout = cluster.settings.gateway_deliver_timeout
        self._most = cluster.settings.gateway_posts_limit
        self._under_way = 0

    async def accept(self, posts: Sequence[RawPost]) -> None:
        """Return once the brokers have the posts.

        Raises:
            ProblemError: too many are on their way already, the brokers do not answer, or one is too large.

        """
        if self._under_way and self._under_way + len(posts) > self._most:
            self._metrics.gateway_throttled.labels("posts").inc()
            raise try_later(
                HTTPStatus.TOO_MANY_REQUESTS, f"{self._under_way} posts are on their way to the broker", 1
            )
        messages = [message_of(output_of(post), self._cluster.settings.topic_prefix) for post in posts]
        self._under_way += len(posts)
        try:
            async with asyncio.timeout(self._timeout):
                await self._outbox.deliver(messages, self._metrics.delivery_retries.labels(STAGE).inc)
        except MessageTooLargeError as error:
            raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(error)) from error
        except (TimeoutError, KafkaError) as error:
            raise _no_answer() from error
        finally:
            self._under_way -= len(posts)
        self._metrics.messages_out.labels(STAGE, _TOPIC).inc(len(posts))

    async def put_rule(self, rule: Rule) -> None:
        """Return once the rule is on its topic and is seen there.

        Raises:
            ProblemError: the brokers do not answer.

        """
        try:
            async with asyncio.timeout(self._timeout):
                await put_rules(self._cluster, [rule])
                await self._rules.until(rule.id, rule)
        except (TimeoutError, KafkaError) as error:
            raise _no_answer() from error

    async def delete_rule(self, rule_id: str) -> None:
        """Return once the rule is gone from its topic and is seen to be gone.

        Raises:
            ProblemError: the brokers do not answer.

        """
        try:
            async with asyncio.timeout(self._timeout):
                await delete_rule(self._cluster, rule_id)
                await self._rules.until(rule_id, None)
        except (TimeoutError, KafkaError) as error:
            raise _no_answer() from error


def _no_answer() -> ProblemError:
    return try_later(
        HTTPStatus.SERVICE_UNAVAILABLE, "the broker does not answer; send it again later", _RETRY_SECONDS
    )
