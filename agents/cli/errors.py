"""What commands say themselves, and which exit code an error has."""

from agents.errors import FailedRunningError, WrongInputError


class CommandError(WrongInputError):
    """What the command itself has to say; shown as it is."""


def exit_code_of(error: BaseException) -> int | None:
    """Return the exit code of an error that is to be told without a traceback, None for a bug."""
    if isinstance(error, WrongInputError):
        return 2
    if isinstance(error, FailedRunningError | OSError):
        return 1
    from aiokafka.errors import KafkaError  # noqa: PLC0415 - not loaded by commands that need no broker

    return 1 if isinstance(error, KafkaError) else None
