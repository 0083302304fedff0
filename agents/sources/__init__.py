"""Sources: documents to raw posts. ``read_posts`` reads one, ``read_files`` merges several."""

from agents.sources.errors import SourceError
from agents.sources.files import read_files, read_posts

__all__ = ["SourceError", "read_files", "read_posts"]
