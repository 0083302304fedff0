"""The commands."""

from agents.cli.app import main

__all__ = ["main"]
