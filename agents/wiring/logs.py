"""Logging of a worker."""

import logging
import time
from collections.abc import Callable

_LIBRARIES = ("aiokafka", "faust", "mode", "asyncio", "aiohttp")
_REPEAT_SECONDS = 30.0


class RepeatFilter(logging.Filter):
    """Lets a message of a library through once in half a minute.

    While brokers are away aiokafka logs the same errors ten times a second.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._last: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether to log a record."""
        if not record.name.startswith(_LIBRARIES):
            return True
        name, now = (record.name, str(record.msg)), self._clock()
        if now - self._last.get(name, -_REPEAT_SECONDS) < _REPEAT_SECONDS:
            return False
        self._last[name] = now
        return True


def configure_logging(level: str) -> None:
    """Log to stderr. The libraries log warnings only: at debug they cost a tenth of the time."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(RepeatFilter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _LIBRARIES:
        logging.getLogger(name).setLevel(logging.INFO if level == "debug" else logging.WARNING)
