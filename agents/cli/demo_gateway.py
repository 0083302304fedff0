"""The gateway of the demo, with a token made for this one run."""

import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from prometheus_client import CollectorRegistry

from agents.cli.clock import utc_now
from agents.gateway.token_file import TokenFile
from agents.gateway.tokens import TOKEN_BYTES, line_for, token_from
from agents.metrics import Metrics
from agents.wiring.connection import Cluster
from agents.wiring.gateway import new_gateway, serving

OWNER = "desk-europe"
"""Owner of most of the sample rules, whose alerts the token may see."""


@dataclass(frozen=True, slots=True)
class DemoGateway:
    """Where the gateway is, and what lets one in."""

    address: str
    token: str


@asynccontextmanager
async def demo_gateway(cluster: Cluster, port: int) -> AsyncIterator[DemoGateway]:
    """Serve on a port of this machine only, a free one when 0, while the context is open.

    Raises:
        PortTakenError: something listens there already.

    """
    token = token_from(secrets.token_bytes(TOKEN_BYTES))
    options = cluster.settings.model_copy(update={"gateway_host": "127.0.0.1", "gateway_port": port})
    gateway = new_gateway(options, Metrics(CollectorRegistry()), utc_now)
    with tempfile.TemporaryDirectory(prefix="wiredesk-") as directory:
        path = Path(directory) / "tokens.yaml"
        path.write_text(f"tokens:\n{line_for('demo', token, OWNER)}", encoding="utf-8")
        async with serving(replace(cluster, settings=options), gateway, TokenFile(path)) as listening:
            yield DemoGateway(f"http://127.0.0.1:{listening.port}", token)
