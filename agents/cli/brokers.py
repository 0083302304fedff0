"""Commands that talk to a broker that runs already."""

from agents.cli.errors import CommandError
from agents.settings import load_settings
from agents.wiring.connection import Cluster


def needs_broker(command: str) -> Cluster:
    """Return the cluster of the settings.

    Raises:
        CommandError: the settings name none: an embedded broker started here would be empty.

    """
    options = load_settings()
    if options.broker is None:
        raise CommandError(
            f"wiredesk {command}: set WIREDESK_BROKER=kafka://host:port; start a broker with: wiredesk broker"
        )
    return Cluster(options.broker, options)
