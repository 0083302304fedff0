"""What an error is to the one who typed the command: wrong input, or a world that is not as needed."""


class WrongInputError(ValueError):
    """Exit code 2: the message names the file, the line and the field, or the variable."""


class FailedRunningError(RuntimeError):
    """Exit code 1: the message says what was not as needed, and what to do."""
