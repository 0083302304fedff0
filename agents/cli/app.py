"""The console script: all commands, and what every error becomes to the one who typed the command."""

import sys
from importlib import import_module
from inspect import cleandoc
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from agents.cli.errors import CommandError, exit_code_of

HELP = """
Wiredesk reads raw posts of live blogs, wires and channels from Kafka, tells repeats from updates
and corrections, threads posts into stories, says what each post reports and who claims it, and alerts
on new facts.

Every setting is an environment variable WIREDESK_...; without WIREDESK_BROKER the worker and the demo start
an embedded broker in memory.
"""


class Entry(NamedTuple):
    """A command in the list of all: loading the commands themselves takes up to two seconds."""

    place: str
    """Module and name of a function, or of an app of several commands."""
    help: str
    """The first line of what the command says of itself."""


COMMANDS = {
    "demo": Entry("demo.demo", "Run everything on this machine and watch a fictional crisis go through."),
    "process": Entry("process.process", "Run the whole pipeline in this process, without a broker."),
    "replay": Entry("replay.replay", "Cut documents into posts and publish them to posts.raw, oldest first."),
    "worker": Entry("worker.worker", "Run agents until SIGTERM or Ctrl-C."),
    "poll": Entry("poll.poll", "Ask the sources of WIREDESK_SOURCES and publish what is new to posts.raw."),
    "gateway": Entry("gateway.app", "Serve HTTP: posts in; rules, stories, events and alerts out."),
    "tail": Entry("tail.tail", "Print the messages of a topic as they come, one JSON object a line."),
    "explain": Entry("explain.explain", "Print the history of a story, or of one alert, in words."),
    "dead": Entry("dead.app", "Look at messages that were set aside, and put them back."),
    "deliveries": Entry("deliveries.app", "See how deliveries stand, and send alerts again."),
    "rules": Entry("rules.app", "Check, try out, list and change standing rules."),
    "topics": Entry("topics.app", "Create and check the topics."),
    "sources": Entry("sources.app", "Check the sources that are polled, and import subscriptions."),
    "broker": Entry("broker.broker", "Run the embedded broker in the foreground until Ctrl-C."),
    "bench": Entry("bench.bench", "Measure how fast this machine and its brokers take your posts through."),
    "settings": Entry("show_settings.show_settings", "List every setting: its variable, value and meaning."),
}


def load(name: str) -> Any:
    """Return the click command of a name, with all that it needs."""
    module, _, attribute = COMMANDS[name].place.partition(".")
    found = getattr(import_module(f"agents.cli.{module}"), attribute)
    parent = typer.Typer(callback=wiredesk, add_completion=False)
    if isinstance(found, typer.Typer):
        parent.add_typer(found, name=name)
    else:
        parent.command(name)(found)
    return _unwrapped(typer.main.get_group(parent).commands[name])


def _unwrapped(command: Any) -> Any:
    """Join the lines of each paragraph of the help, which are as long as those of the code."""
    command.help = _joined(command.help or "")
    for one in getattr(command, "commands", {}).values():
        _unwrapped(one)
    return command


def _joined(text: str) -> str:
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in cleandoc(text).split("\n\n"))


class _Commands(TyperGroup):
    """Lists commands without loading them; the one that is run is loaded."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return TyperCommand(cmd_name, help=COMMANDS[cmd_name].help) if cmd_name in COMMANDS else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        return name, None if name is None or command is None else load(name), rest


app = typer.Typer(cls=_Commands, no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)


@app.callback(help=_joined(HELP))
def wiredesk() -> None:
    """Do what the command says."""


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
