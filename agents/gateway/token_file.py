"""The token file, read anew when it changes."""

from pathlib import Path

from agents.gateway.tokens import Token, parse_tokens
from agents.list_files import ListFileError


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
        try:
            return parse_tokens(self._path.read_text(encoding="utf-8"), str(self._path))
        except OSError as error:
            raise ListFileError(f"{self._path}: cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ListFileError(f"{self._path}: not UTF-8") from error

    def changed(self) -> bool:
        """Say whether the file is another than when it was last read."""
        return self._state() != self._seen

    def _state(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
