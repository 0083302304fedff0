"""wiredesk rules."""

import asyncio
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated

import orjson
import typer
import yaml

from agents.alerting.rules.canonical import canonical, without_defaults
from agents.alerting.rules.files import files_in, rules_in
from agents.alerting.rules.ownership import delete_refusal, owned, put_refusals
from agents.alerting.rules.places import place_warnings
from agents.alerting.rules.schema import rule_file_schema
from agents.classification.gazetteer.cache import open_cached
from agents.classification.gazetteer.entry import Entry
from agents.classification.gazetteer.lookup import Names
from agents.classification.gazetteer.overlay import load_overlay
from agents.cli.brokers import needs_broker
from agents.cli.errors import CommandError
from agents.cli.rule_files import rules_of
from agents.cli.rule_trial import test
from agents.settings import load_settings
from agents.wiring.connection import Cluster
from agents.wiring.rules import delete_rule, list_rules, put_rules
from agents.yaml12 import YamlDumper
from schemas.rules import Rule

app = typer.Typer(help="Check, try out, list and change standing rules.", no_args_is_help=True)
app.command()(test)
RuleFile = Annotated[
    Path, typer.Argument(help="YAML file of one rule or of rules: [...], or a directory of such files.")
]
Owner = Annotated[
    str | None,
    typer.Option(help="Act as this owner, who sees and changes only its own rules; without it, as operator."),
]


@app.command()
def check(
    path: RuleFile,
    canonical_form: Annotated[
        bool, typer.Option("--canonical", help="Print the rules in their canonical form, as YAML.")
    ] = False,
) -> None:
    """Check rules without a broker; every mistake is named with file, line and field (exit code 2).

    What is allowed and most likely not meant, such as a place that the gazetteer does not know, is a warning.
    Two rules that say the same in other words have the same canonical form.
    """
    files = files_in(path)
    found = rules_in(files)
    for warning in (warning for file in files for warning in file.warnings):
        typer.echo(f"warning: {warning}", err=True)
    for rule in found:
        for field, warning in place_warnings(rule, _find_place):
            typer.echo(f"warning: rule {rule.id}: {field}: {warning}", err=True)
    if canonical_form:
        typer.echo(canonical_yaml(found), nl=False)
    good = "1 rule is good" if len(found) == 1 else f"{len(found)} rules are good"
    typer.echo(f"{good}: {', '.join(rule.id for rule in found)}", err=True)


@app.command()
def schema() -> None:
    """Print the JSON Schema of rule files, for editors.

    Example: wiredesk rules schema > rules.schema.json, and in the first line of the YAML file
    # yaml-language-server: $schema=rules.schema.json
    """
    typer.echo(orjson.dumps(rule_file_schema(), option=orjson.OPT_INDENT_2))


@app.command(name="list")
def list_(owner: Owner = None) -> None:
    """Print the rules on the topic rules, one JSON object a line, without what is as by default."""
    for rule in owned(_present(needs_broker("rules list")).values(), owner):
        typer.echo(orjson.dumps(without_defaults(rule)))


@app.command()
def put(path: RuleFile, owner: Owner = None) -> None:
    """Check rules and publish them to the topic rules; workers take them up while they run.

    A rule whose id belongs to another owner is refused, and none of the rules is put then.
    """
    found = rules_of(path)
    cluster = needs_broker("rules put")
    refusals = put_refusals(found, _present(cluster), owner)
    if refusals:
        raise CommandError("\n".join(f"wiredesk rules put: {refusal}" for refusal in refusals))
    asyncio.run(put_rules(cluster, found))
    typer.echo(f"put {', '.join(rule.id for rule in found)}", err=True)


@app.command()
def delete(rule_id: Annotated[str, typer.Argument(help="Id of the rule.")], owner: Owner = None) -> None:
    """Delete a rule from the topic rules; those in files are not touched."""
    cluster = needs_broker("rules delete")
    refusal = delete_refusal(rule_id, _present(cluster).get(rule_id), owner)
    if refusal is not None:
        raise CommandError(f"wiredesk rules delete: {refusal} on the topic; see: wiredesk rules list")
    asyncio.run(delete_rule(cluster, rule_id))
    typer.echo(f"deleted {rule_id}", err=True)


def canonical_yaml(rules: list[Rule]) -> str:
    """Return rules in their canonical form as the text of a rule file."""
    plain = {"rules": [without_defaults(canonical(rule)) for rule in rules]}
    return str(yaml.dump(plain, Dumper=YamlDumper, sort_keys=False, allow_unicode=True, width=110))


@cache
def _names() -> Names:
    """Return the gazetteer, which is opened for rules that name places only."""
    return Names(open_cached(load_overlay(load_settings().data_directory)))


def _find_place(key: str) -> Sequence[Entry]:
    return _names().find(key)


def _present(cluster: Cluster) -> dict[str, Rule]:
    """Return the rules on the topic by id; what cannot be used there is named."""

    def warn(text: str) -> None:
        typer.echo(f"warning: {text}", err=True)

    return {rule.id: rule for rule in asyncio.run(list_rules(cluster, warn))}
