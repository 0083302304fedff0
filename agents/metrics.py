"""All Prometheus metrics, described at one place. Base units: seconds, bytes."""

import platform
from importlib.metadata import PackageNotFoundError, version

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info

_LATENCY_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_LAG_BUCKETS = (0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 21600.0, 86400.0)
_SIZE_BUCKETS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)


class Metrics:
    """The metrics of one process, registered with the registry that is passed in."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self._describe_flow(registry)
        self._describe_content(registry)
        self._describe_worker(registry)
        self._describe_polling(registry)
        self._describe_delivery(registry)
        self._describe_gateway(registry)

    def _describe_flow(self, registry: CollectorRegistry) -> None:
        self.messages_in = Counter(
            "wiredesk_messages_in", "Messages taken from a topic.", ["stage", "topic"], registry=registry
        )
        self.messages_out = Counter(
            "wiredesk_messages_out", "Messages delivered to a topic.", ["stage", "topic"], registry=registry
        )
        self.dead_letters = Counter(
            "wiredesk_dead_letters", "Messages set aside.", ["stage", "reason"], registry=registry
        )
        self.process_seconds = Histogram(
            "wiredesk_process_seconds", "Time a stage spent on one batch, without delivery.", ["stage"],
            unit="seconds", buckets=_LATENCY_BUCKETS, registry=registry,
        )  # fmt: skip
        self.deliver_seconds = Histogram(
            "wiredesk_deliver_seconds", "Time until the broker had all messages of one batch.", ["stage"],
            unit="seconds", buckets=_LATENCY_BUCKETS, registry=registry,
        )  # fmt: skip
        self.batch_messages = Histogram(
            "wiredesk_batch_messages", "Messages in one batch.", ["stage"], buckets=_SIZE_BUCKETS,
            registry=registry,
        )  # fmt: skip
        self.delivery_retries = Counter(
            "wiredesk_delivery_retries", "Times a delivery to the broker was tried again.", ["stage"],
            registry=registry,
        )  # fmt: skip

    def _describe_content(self, registry: CollectorRegistry) -> None:
        self.verdicts = Counter(
            "wiredesk_verdicts", "Dedup verdicts.", ["relation"], registry=registry
        )  # fmt: skip
        self.source_last_seen = Gauge(
            "wiredesk_source_last_seen_timestamp_seconds", "When a post of the source was last fetched.",
            ["source"], unit="seconds", registry=registry,
        )  # fmt: skip
        self.posts_read_in_part = Counter(
            "wiredesk_posts_read_in_part", "Posts of which classification read only the beginning.",
            registry=registry,
        )  # fmt: skip
        self.alert_lag_seconds = Histogram(
            "wiredesk_alert_lag_seconds", "Time from a post's publication to the alert that it led to.",
            unit="seconds", buckets=_LAG_BUCKETS, registry=registry,
        )  # fmt: skip
        self.alerts = Counter("wiredesk_alerts", "Alerts.", ["kind", "reason"], registry=registry)
        self.decisions = Counter(
            "wiredesk_decisions", "Decisions of the rules.", ["outcome", "reason"], registry=registry
        )
        self.rules = Gauge("wiredesk_rules", "Standing rules.", registry=registry)
        self.rule_evaluations = Counter(
            "wiredesk_rule_evaluations", "Rules evaluated in full.", registry=registry
        )
        self.stories_open = Gauge("wiredesk_stories_open", "Stories that are open.", registry=registry)
        self.index_entries = Gauge(
            "wiredesk_index_entries", "Posts that the dedup index holds.", ["partition"], registry=registry
        )

    def _describe_delivery(self, registry: CollectorRegistry) -> None:
        self.deliveries = Counter(
            "wiredesk_deliveries", "Attempts to deliver an alert.", ["endpoint", "outcome"], registry=registry
        )
        self.deliveries_pending = Gauge(
            "wiredesk_deliveries_pending", "Alerts that an endpoint has not taken yet.", ["endpoint"],
            registry=registry,
        )  # fmt: skip
        self.delivery_attempt_seconds = Histogram(
            "wiredesk_delivery_attempt_seconds", "Time of one attempt.", ["endpoint"], unit="seconds",
            buckets=_LATENCY_BUCKETS, registry=registry,
        )  # fmt: skip

    def _describe_polling(self, registry: CollectorRegistry) -> None:
        self.poll_requests = Counter(
            "wiredesk_poll_requests",
            "Requests for a source's document.",
            ["source", "outcome"],
            registry=registry,
        )
        self.poll_posts = Counter(
            "wiredesk_poll_posts", "Posts found new, edited or gone.", ["source", "change"], registry=registry
        )
        self.poll_problem = Gauge(
            "wiredesk_poll_problem", "1 while something is wrong with a source.", ["source", "problem"],
            registry=registry,
        )  # fmt: skip
        self.poll_last_change = Gauge(
            "wiredesk_poll_last_change_timestamp_seconds", "When something new was last found in a source.",
            ["source"], unit="seconds", registry=registry,
        )  # fmt: skip

    def _describe_gateway(self, registry: CollectorRegistry) -> None:
        self.gateway_requests = Counter(
            "wiredesk_gateway_requests", "Requests that were answered.", ["method", "route", "status"],
            registry=registry,
        )  # fmt: skip
        self.gateway_seconds = Histogram(
            "wiredesk_gateway_request_seconds", "Time until a request was answered; no streams.", ["route"],
            unit="seconds", buckets=_LATENCY_BUCKETS, registry=registry,
        )  # fmt: skip
        self.gateway_posts = Counter(
            "wiredesk_gateway_posts", "Posts that were sent.", ["outcome"], registry=registry
        )
        self.gateway_throttled = Counter(
            "wiredesk_gateway_throttled", "Requests put off: rate, bodies, posts, streams.", ["limit"],
            registry=registry,
        )  # fmt: skip
        self.gateway_streams = Gauge(
            "wiredesk_gateway_streams", "Clients of streams.", ["topic"], registry=registry
        )
        self.gateway_stream_events = Counter(
            "wiredesk_gateway_stream_events", "Events sent to clients of streams.", ["topic"],
            registry=registry,
        )  # fmt: skip
        self.gateway_streams_cut = Counter(
            "wiredesk_gateway_streams_cut", "Clients of streams that were cut off.", ["topic", "reason"],
            registry=registry,
        )  # fmt: skip
        self.gateway_unreadable = Counter(
            "wiredesk_gateway_unreadable", "Messages passed over: they cannot be read.", ["topic"],
            registry=registry,
        )  # fmt: skip
        self.gateway_stories = Gauge(
            "wiredesk_gateway_stories", "Stories that the gateway holds.", registry=registry
        )
        self.gateway_stories_dropped = Counter(
            "wiredesk_gateway_stories_dropped", "Stories that made room for later ones.", registry=registry
        )

    def _describe_worker(self, registry: CollectorRegistry) -> None:
        self.consumer_lag = Gauge(
            "wiredesk_consumer_lag_messages", "Messages of a partition that were not taken yet.",
            ["stage", "topic", "partition"], registry=registry,
        )  # fmt: skip
        self.rebalances = Counter(
            "wiredesk_rebalances", "Times that partitions were assigned anew.", ["stage"], registry=registry
        )
        self.state_unreadable = Counter(
            "wiredesk_state_unreadable", "Messages on the agents' own topics that were passed over.",
            ["topic"], registry=registry,
        )  # fmt: skip
        self.restores = Counter(
            "wiredesk_restores", "Times that a stage rebuilt its state from topics.", ["stage"],
            registry=registry,
        )  # fmt: skip
        self.restarts = Counter(
            "wiredesk_restarts", "Times that an agent was started again after the broker failed it.",
            ["stage"], registry=registry,
        )  # fmt: skip
        self.build = Info("wiredesk_build", "Version of Wiredesk and of the Python it runs on.",
                          registry=registry)  # fmt: skip
        self.build.info({"version": wiredesk_version(), "python": platform.python_version()})


def wiredesk_version() -> str:
    """Return the installed version; ``unknown`` where the code runs without being installed."""
    try:
        return version("wiredesk")
    except PackageNotFoundError:
        return "unknown"
