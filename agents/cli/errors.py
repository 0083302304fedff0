"""Which errors are the input's fault, and which are met while running."""

from aiokafka.errors import KafkaError

from agents.alerting.rules.files import RuleFileError
from agents.data_files import DataFileError
from agents.list_files import ListFileError
from agents.settings import SettingsError
from agents.sources.errors import SourceError
from agents.wiring.embedded import EmbeddedBrokerError
from agents.wiring.failures import TooManyFailuresError
from agents.wiring.gateway_follow import TopicLostError
from agents.wiring.log import TopicMissingError
from agents.wiring.outbox import MessageTooLargeError
from agents.wiring.worker import TopicsError


class CommandError(Exception):
    """What the command itself has to say; shown as it is, exit code 2."""


WRONG_INPUT = (
    CommandError,
    DataFileError,
    ListFileError,
    RuleFileError,
    SettingsError,
    SourceError,
)
"""Exit code 2: the message names the file, the line and the field, or the variable."""
FAILED_RUNNING = (
    EmbeddedBrokerError,
    KafkaError,
    MessageTooLargeError,
    TooManyFailuresError,
    TopicLostError,
    TopicMissingError,
    TopicsError,
    OSError,
)
"""Exit code 1: the world was not as needed; the message says what to do."""


def exit_code_of(error: BaseException) -> int | None:
    """Return the exit code of an error that is to be told without a traceback, None for a bug."""
    if isinstance(error, WRONG_INPUT):
        return 2
    return 1 if isinstance(error, FAILED_RUNNING) else None
