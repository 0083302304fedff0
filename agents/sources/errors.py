"""The one error that reading a document raises."""

from agents.errors import WrongInputError


class SourceError(WrongInputError):
    """A document that cannot be read, or cannot be read any further.

    Attributes:
        file: the document as the caller named it.
        line: 1-based line of the mistake; None where the whole file is meant.
        field: name of the wrong field of a JSON line; None where no field is meant.
        message: what is wrong and what to do.

    """

    def __init__(self, file: str, message: str, line: int | None = None, field: str | None = None) -> None:
        place = file if line is None else f"{file}:{line}"
        super().__init__(f"{place}: {field}: {message}" if field else f"{place}: {message}")
        self.file = file
        self.line = line
        self.field = field
        self.message = message
