"""The OpenAPI document, and a running gateway held against it by schemathesis."""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from agents.gateway.openapi import document
from agents.gateway.queries import NoQuery
from agents.gateway.routes import ROUTES, Route
from agents.wiring.connection import Cluster
from agents.wiring.embedded import free_port
from agents.wiring.topics import create_topics
from tests.broker.conftest import settings_for_test
from tests.gateway.support import DESK, alert, event, publish, story, write_tokens

ROOT = Path(__file__).parents[2]
EXAMPLES = 8
REFUSED_BEYOND_THE_SCHEMA = [positive_data_acceptance]
"""Conditions that can never hold, cursors of another topic: more than a schema can say."""
TAKEN_BEYOND_THE_SCHEMA = [negative_data_rejection]
"""On the wire ``story=false`` is a list of one text: what is no list in Python is refused nowhere."""

FINITE = [route for route in ROUTES if not route.path.endswith("/stream")]


def test_every_route_stands_in_the_document_with_what_its_scope_can_answer() -> None:
    found = document(ROUTES, "1")
    for route in ROUTES:
        operation = found["paths"][route.path][route.method.lower()]
        assert operation["summary"].endswith("."), route
        assert ("401" in operation["responses"]) == (route.access != "open")
    text = orjson.dumps(found).decode()
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= set(found["components"]["schemas"])


def test_the_document_is_valid() -> None:
    pytest.importorskip("jsonschema")
    schemathesis.openapi.from_dict(document(ROUTES, "1")).validate()


@pytest.fixture(scope="module")
def base_url(embedded_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run ``wiredesk gateway`` as a process, with something of everything on its topics."""
    directory, port, settings_here = tmp_path_factory.mktemp("tokens"), free_port(), settings_for_test()
    cluster = Cluster(embedded_address, settings_here)

    async def fill() -> None:
        await create_topics(cluster)
        await publish(cluster, [*map(event, range(9)), *map(alert, range(9)), *map(story, range(9))])

    asyncio.run(fill())
    environment = {
        **os.environ,
        "WIREDESK_BROKER": cluster.address,
        "WIREDESK_TOPIC_PREFIX": settings_here.topic_prefix,
        "WIREDESK_PARTITIONS": str(settings_here.partitions),
        "WIREDESK_GATEWAY_PORT": str(port),
        "WIREDESK_GATEWAY_TOKENS": str(write_tokens(directory)),
        "WIREDESK_METRICS_PORT": "0",
    }
    with subprocess.Popen([sys.executable, "-m", "agents", "gateway"], env=environment, cwd=ROOT) as process:
        wait_until_ready(f"http://127.0.0.1:{port}/readyz", process)
        yield f"http://127.0.0.1:{port}"
        process.terminate()
        assert process.wait(30) == 0


def wait_until_ready(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.1)
    raise AssertionError(f"{url} is not ready")


@pytest.fixture(scope="module")
def schema(base_url: str) -> Any:
    return schemathesis.openapi.from_url(f"{base_url}/openapi.json")


@pytest.mark.broker
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.name.lower())
@pytest.mark.parametrize("route", FINITE, ids=lambda route: f"{route.method} {route.path}")
def test_no_request_leads_to_an_error_of_the_server_or_to_what_the_document_does_not_say(
    schema: Any, route: Route, mode: GenerationMode
) -> None:
    operation = schema[route.path][route.method]
    excluded = REFUSED_BEYOND_THE_SCHEMA + (TAKEN_BEYOND_THE_SCHEMA if route.query is not NoQuery else [])

    @settings(
        max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None,
        phases=[Phase.generate],
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {DESK}"}, excluded_checks=excluded)

    try:
        check()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, "there is nothing to be wrong"
