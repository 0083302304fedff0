"""wiredesk rules."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from agents.cli.brokers import needs_broker
from agents.cli.errors import CommandError
from agents.cli.inputs import rules_of
from agents.wiring.rules import delete_rule, list_rules, put_rules
from schemas.codec import encode

app = typer.Typer(help="Check, list and change standing rules.", no_args_is_help=True)
RuleFile = Annotated[
    Path, typer.Argument(help="YAML file of one rule or of rules: [...], or a directory of such files.")
]


@app.command()
def check(path: RuleFile) -> None:
    """Check rules without a broker; every mistake is named with file, line and field (exit code 2)."""
    found = rules_of(path)
    typer.echo(f"{len(found)} rules are good: {', '.join(rule.id for rule in found)}", err=True)


@app.command(name="list")
def list_() -> None:
    """Print the rules on the topic rules, one JSON object a line."""
    for rule in asyncio.run(list_rules(needs_broker("rules list"))):
        typer.echo(encode(rule))


@app.command()
def put(path: RuleFile) -> None:
    """Check rules and publish them to the topic rules; workers take them up while they run."""
    found = rules_of(path)
    asyncio.run(put_rules(needs_broker("rules put"), found))
    typer.echo(f"put {', '.join(rule.id for rule in found)}", err=True)


@app.command()
def delete(rule_id: Annotated[str, typer.Argument(help="Id of the rule.")]) -> None:
    """Delete a rule from the topic rules; those in files are not touched."""
    cluster = needs_broker("rules delete")
    if rule_id not in {rule.id for rule in asyncio.run(list_rules(cluster))}:
        raise CommandError(f"there is no rule {rule_id!r} on the topic; see: wiredesk rules list")
    asyncio.run(delete_rule(cluster, rule_id))
    typer.echo(f"deleted {rule_id}", err=True)
