"""The console script: all commands, and what every error becomes to the one who typed the command."""

import sys

import typer

from agents.cli import (
    broker,
    dead,
    deliveries,
    demo,
    explain,
    gateway,
    poll,
    process,
    replay,
    rules,
    show_settings,
    sources,
    tail,
    topics,
    worker,
)
from agents.cli.errors import CommandError, exit_code_of

HELP = """
Wiredesk reads raw posts of live blogs, wires and channels from Kafka, tells repeats from updates
and corrections, threads posts into stories, says what each post reports and who claims it, and alerts
on new facts.

Every setting is an environment variable WIREDESK_...; without WIREDESK_BROKER the worker and the demo start
an embedded broker in memory.
"""

app = typer.Typer(help=HELP, no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
app.command()(demo.demo)
app.command()(process.process)
app.command()(replay.replay)
app.command()(worker.worker)
app.command()(poll.poll)
app.add_typer(gateway.app, name="gateway")
app.command()(tail.tail)
app.command()(explain.explain)
app.add_typer(dead.app, name="dead")
app.add_typer(deliveries.app, name="deliveries")
app.add_typer(rules.app, name="rules")
app.add_typer(topics.app, name="topics")
app.add_typer(sources.app, name="sources")
app.command()(broker.broker)
app.command(name="settings")(show_settings.show_settings)


def main(arguments: list[str] | None = None) -> None:
    """Run a command and exit: 0 done, 1 failed while running, 2 wrong input, 130 on Ctrl-C."""
    try:
        app(args=arguments, standalone_mode=True)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        _leave_quietly()
    except Exception as error:
        code = exit_code_of(error)
        if code is None:
            raise
        _report(error)
        sys.exit(code)


def _report(error: BaseException) -> None:
    text = str(error) or type(error).__name__
    typer.echo(text if isinstance(error, CommandError) else f"wiredesk: {text}", err=True)


def _leave_quietly() -> None:
    """End after the reader of our output has gone (``| head``): there is nothing left to say."""
    sys.stdout = None
    sys.exit(141)
