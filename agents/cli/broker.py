"""wiredesk broker."""

import asyncio
from typing import Annotated

import typer

from agents.settings import Settings, load_settings
from agents.wiring.embedded import embedded_broker
from agents.wiring.signals import stopped_by_signals
from agents.wiring.topics import create_topics


def broker(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")
    ] = 9092,
) -> None:
    """Run the embedded broker in the foreground until Ctrl-C.

    What it holds is gone then. Prints its address on stdout, for WIREDESK_BROKER of the other commands. With
    WIREDESK_FETCH_WAIT=0.02 they are quick: it does not notice what comes while it holds a fetch back.
    """
    asyncio.run(_run(load_settings(), port))


async def _run(options: Settings, port: int) -> None:
    stop = asyncio.Event()
    with stopped_by_signals(stop):
        async with embedded_broker(options, port or None) as cluster:
            await create_topics(cluster)
            typer.echo(cluster.address)
            await stop.wait()
