"""wiredesk gateway."""

import asyncio
import re
import secrets
from typing import Annotated

import typer
from prometheus_client import CollectorRegistry

from agents.cli.brokers import needs_broker
from agents.cli.clock import utc_now
from agents.cli.errors import CommandError
from agents.gateway.token_file import TokenFile
from agents.gateway.tokens import TOKEN_BYTES, line_for, token_from
from agents.metrics import Metrics
from agents.wiring.connection import Cluster
from agents.wiring.gateway import run_gateway
from agents.wiring.logs import configure_logging
from agents.wiring.signals import stopped_by_signals

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
app = typer.Typer(invoke_without_command=True)


@app.callback()
def gateway(context: typer.Context) -> None:
    """Serve HTTP: posts in; rules, stories, events and alerts out.

    Runs until SIGTERM or Ctrl-C. Needs WIREDESK_BROKER and WIREDESK_GATEWAY_TOKENS, a YAML or JSON file of
    tokens; make one with: wiredesk gateway token NAME. What is served and how is in /openapi.json. It speaks
    plain HTTP: put a proxy that speaks TLS before it wherever others than this machine may come.
    """
    if context.invoked_subcommand is not None:
        return
    cluster = needs_broker("gateway")
    path = cluster.settings.gateway_tokens
    if path is None:
        raise CommandError(
            "wiredesk gateway: set WIREDESK_GATEWAY_TOKENS to a file that begins with the line tokens: and"
            " goes on with what this prints: wiredesk gateway token NAME"
        )
    configure_logging(cluster.settings.log_level)
    asyncio.run(_serve(cluster, TokenFile(path)))


@app.command()
def token(
    name: Annotated[str, typer.Argument(help="Whose token it is; also the owner of its rules.")],
) -> None:
    """Make a new token: it is shown once, on stderr; its lines for the file go to stdout.

    Example: (echo tokens: ; wiredesk gateway token desk-east) > tokens.yaml
    """
    if not _NAME.fullmatch(name):
        raise CommandError(f"wiredesk gateway token: {name!r} is no name; use letters, digits and . _ -")
    made = token_from(secrets.token_bytes(TOKEN_BYTES))
    typer.echo(f"the token, shown only now: {made}", err=True)
    typer.echo(line_for(name, made), nl=False)


async def _serve(cluster: Cluster, tokens: TokenFile) -> None:
    stop = asyncio.Event()
    with stopped_by_signals(stop):
        await run_gateway(cluster, tokens, Metrics(CollectorRegistry()), utc_now, stop)
