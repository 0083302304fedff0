from aiohttp import ClientSession
from prometheus_client import CollectorRegistry
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from agents.metrics import Metrics
from agents.wiring.embedded import free_port
from agents.wiring.monitoring import Health, serve_metrics


def filled() -> Metrics:
    metrics = Metrics(CollectorRegistry())
    metrics.messages_in.labels("dedup", "posts.raw").inc(3)
    metrics.process_seconds.labels("dedup").observe(0.02)
    metrics.source_last_seen.labels("outlet").set(1_700_000_000)
    metrics.consumer_lag.labels("dedup", "posts.raw", "0").set(7)
    return metrics


def test_the_exposition_is_valid_and_every_metric_is_described() -> None:
    families = list(text_string_to_metric_families(generate_latest(filled().registry).decode()))
    assert len(families) > 15
    for family in families:
        assert family.name.startswith("wiredesk_")
        assert family.documentation.endswith("."), family.name
        assert not family.name.endswith(("_ms", "_milliseconds", "_minutes")), family.name


def test_two_instances_do_not_share_values() -> None:
    filled()
    other = Metrics(CollectorRegistry())
    assert other.registry.get_sample_value("wiredesk_rules") == 0


async def test_the_worker_serves_metrics_and_health() -> None:
    health, port = Health(), free_port()
    async with serve_metrics("127.0.0.1", port, filled().registry, health), ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{port}/healthz") as response:
            assert response.status == 503
        health.ready = True
        async with session.get(f"http://127.0.0.1:{port}/healthz") as response:
            assert (response.status, await response.json()) == (200, {"ready": True})
        accept = {"Accept": "application/openmetrics-text; version=1.0.0"}
        async with session.get(f"http://127.0.0.1:{port}/metrics", headers=accept) as response:
            assert response.headers["Content-Type"].startswith("application/openmetrics-text")
            assert list(text_string_to_metric_families(await response.text()))
