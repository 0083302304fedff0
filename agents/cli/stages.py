"""The agents as the worker and the demo start them."""

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from agents.alerting.rules.book import RuleBook
from agents.classification.enrich import load_extractors
from agents.dedup.config import DedupConfig
from agents.dedup.data import DedupData, load_data
from agents.dedup.families import family_of
from agents.dedup.state import DedupState
from agents.delivery.endpoint_files import Endpoint, parse_endpoints
from agents.list_files import ListFileError
from agents.metrics import Metrics
from agents.settings import Settings
from agents.text_files import read_text
from agents.wiring.alerting_stage import AlertingStage
from agents.wiring.classification_stage import ClassificationStage
from agents.wiring.dedup_stage import DedupStage
from agents.wiring.delivery_stage import DeliveryStage
from agents.wiring.stage import Stage
from schemas.rules import Rule


class Agent(StrEnum):
    """An agent that a worker can run."""

    DEDUP = "dedup"
    CLASSIFICATION = "classification"
    ALERTING = "alerting"
    DELIVERY = "delivery"


def build_stages(
    agents: Sequence[Agent],
    options: Settings,
    rules: Sequence[Rule],
    metrics: Metrics,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[Stage]:
    """Return the stages of the agents, with their data files loaded."""
    data = load_data(options.data_directory)
    return [_build(agent, options, data, rules, metrics, clock) for agent in agents]


def endpoints_of(options: Settings) -> dict[str, Endpoint]:
    """Return the endpoints of the settings by id; none where no file is set.

    Raises:
        ListFileError: the file cannot be read, or is not good.

    """
    path = options.endpoints
    if path is None:
        return {}
    found = parse_endpoints(
        read_text(path, ListFileError),
        str(path),
        os.environ,
        lambda file: (path.parent / file).read_text(encoding="utf-8"),
        allow_private=options.delivery_allow_private,
    )
    return {endpoint.id: endpoint for endpoint in found}


def _build(
    agent: Agent,
    options: Settings,
    data: DedupData,
    rules: Sequence[Rule],
    metrics: Metrics,
    clock: Callable[[], datetime],
) -> Stage:
    if agent is Agent.DEDUP:
        config = DedupConfig(window=options.dedup_window)
        return DedupStage(lambda: DedupState(config, data), metrics, options.body_limit)
    if agent is Agent.CLASSIFICATION:
        return ClassificationStage(load_extractors(options.data_directory), metrics)
    if agent is Agent.DELIVERY:
        return DeliveryStage(endpoints_of(options), clock)
    return AlertingStage(RuleBook(rules), lambda source: family_of(source, data), metrics, clock)
