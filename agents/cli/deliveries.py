"""wiredesk deliveries."""

import asyncio
from typing import Annotated

import typer

from agents.cli.brokers import needs_broker
from agents.cli.clock import utc_now
from agents.cli.errors import CommandError
from agents.wiring.deliveries import list_deliveries
from agents.wiring.deliveries import redeliver as send_again
from schemas.codec import encode

app = typer.Typer(help="See how deliveries stand, and send alerts again.", no_args_is_help=True)


@app.command(name="list")
def list_(
    outcome: Annotated[
        str | None, typer.Option(help="Only those that ended so last: ok, retry, failed or refused.")
    ] = None,
) -> None:
    """Print the latest attempt of every alert and endpoint, one JSON object a line."""
    for delivery in asyncio.run(list_deliveries(needs_broker("deliveries list"))):
        if outcome is None or delivery.outcome == outcome:
            typer.echo(encode(delivery))


@app.command()
def redeliver(
    alert_ids: Annotated[list[str], typer.Argument(help="Ids of the alerts.", metavar="ALERT_ID...")],
    endpoint: Annotated[
        list[str] | None, typer.Option(help="Where to; by default wherever the alert's rule named.")
    ] = None,
) -> None:
    """Deliver alerts once more, from the first attempt on; receivers know them by their webhook-id."""
    cluster = needs_broker("deliveries redeliver")
    for alert_id in alert_ids:
        try:
            names = asyncio.run(send_again(cluster, alert_id, endpoint or [], utc_now()))
        except LookupError as error:
            raise CommandError(str(error)) from error
        typer.echo(f"alert {alert_id} goes to {', '.join(names)}", err=True)
