"""Every query of the Grafana dashboard asks for metrics and labels that there are."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from agents.metrics import Metrics

ROOT = Path(__file__).parent.parent
GRAFANA = ROOT / "deploy" / "grafana"
DASHBOARD: dict[str, Any] = json.loads((GRAFANA / "dashboards" / "wiredesk.json").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
QUERIES = [target["expr"] for panel in PANELS for target in panel["targets"]]
NAME = re.compile(r"\bwiredesk_[a-z_]+")
GROUPED = re.compile(r"\bby \(([^)]*)\)")
SELECTED = re.compile(r"\{([^}]*)\}")


def samples() -> dict[str, set[str]]:
    """Return the labels of every sample name that /metrics shows once each metric has a value."""
    metrics = Metrics(CollectorRegistry())
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase) and metric._labelnames:
            metric.labels(*("x" for _ in metric._labelnames))
    families = text_string_to_metric_families(generate_latest(metrics.registry).decode())
    return {sample.name: set(sample.labels) for family in families for sample in family.samples}


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_names_metrics_and_labels_that_there_are(query: str) -> None:
    known = samples()
    names = NAME.findall(query)
    assert names
    assert set(names) <= set(known)
    labels = set().union(*(known[name] for name in names))
    wanted = {label.strip() for group in GROUPED.findall(query) for label in group.split(",")}
    wanted |= {
        pair.split("=")[0].strip(" !~") for found in SELECTED.findall(query) for pair in found.split(",")
    }
    assert wanted <= labels


def test_every_metric_that_tells_of_trouble_has_a_panel() -> None:
    asked = " ".join(QUERIES)
    for name in (
        "dead_letters",
        "consumer_lag",
        "poll_problem",
        "deliveries_pending",
        "restarts",
        "alert_lag",
    ):
        assert f"wiredesk_{name}" in asked


def test_legends_use_labels_that_their_query_keeps() -> None:
    for panel in PANELS:
        for target in panel["targets"]:
            kept = {label.strip() for group in GROUPED.findall(target["expr"]) for label in group.split(",")}
            assert set(re.findall(r"{{(\w+)}}", target["legendFormat"])) <= kept


def test_the_dashboard_asks_the_provisioned_data_source_and_lies_where_grafana_looks() -> None:
    sources = yaml.safe_load((GRAFANA / "provisioning" / "datasources" / "prometheus.yml").read_text())
    uids = {source["uid"] for source in sources["datasources"]}
    assert {panel["datasource"]["uid"] for panel in PANELS} <= uids
    providers = yaml.safe_load((GRAFANA / "provisioning" / "dashboards" / "wiredesk.yml").read_text())
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    mounted = {volume.split(":")[1] for volume in compose["services"]["grafana"]["volumes"] if "./" in volume}
    assert {provider["options"]["path"] for provider in providers["providers"]} <= mounted
