"""Text files that people write."""

from collections.abc import Callable
from pathlib import Path


def read_text(path: Path, error_of: Callable[[str], Exception]) -> str:
    """Return the text of a file.

    Args:
        path: the file.
        error_of: makes the error that is raised, from a message that names the file and what is wrong.

    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise error_of(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise error_of(f"{path}: not UTF-8; convert the file to UTF-8") from error
