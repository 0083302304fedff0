"""The token file, read anew when it changes."""

from pathlib import Path

from agents.gateway.tokens import Token, parse_tokens
from agents.list_files import ListFileError
from agents.text_files import read_text


class TokenFile:
    """The tokens of a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None

    def read(self) -> list[Token]:
        """Return the tokens.

        Raises:
            ListFileError: the file cannot be read, or what it holds cannot be used.

        """
        self._seen = self._state()
        return parse_tokens(read_text(self._path, ListFileError), str(self._path))

    def changed(self) -> bool:
        """Say whether the file is another than when it was last read."""
        return self._state() != self._seen

    def _state(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
