"""wiredesk settings."""

import typer
from rich.console import Console
from rich.table import Table

from agents.settings import PREFIX, Settings, load_settings


def show_settings() -> None:
    """List every setting: its variable, value and meaning.

    Secrets are masked.
    """
    now = load_settings()
    table = Table("variable", "value", "meaning", box=None)
    for name, field in Settings.model_fields.items():
        table.add_row(f"{PREFIX}{name.upper()}", str(getattr(now, name)), field.description or "")
    Console(width=None if typer.get_text_stream("stdout").isatty() else 160).print(table)
