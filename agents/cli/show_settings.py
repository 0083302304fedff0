"""wiredesk settings."""

import typer
from rich.console import Console
from rich.table import Table

from agents.cli.inputs import settings
from agents.settings import PREFIX, Settings


def show_settings() -> None:
    """List every setting: its variable, its value now and what it means. Secrets are masked."""
    now = settings()
    table = Table("variable", "value", "meaning", box=None)
    for name, field in Settings.model_fields.items():
        table.add_row(f"{PREFIX}{name.upper()}", str(getattr(now, name)), field.description or "")
    Console(width=None if typer.get_text_stream("stdout").isatty() else 160).print(table)
