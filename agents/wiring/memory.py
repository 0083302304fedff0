"""When Python looks for garbage in cycles, which holds up everything else while it lasts."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_OLD_EVERY = 500
"""Collections of the middle generation to one of the oldest. Python's 10 look through all that a worker
remembers every second or two, for 0.1 s at 300 MB; reference counts free nearly all that is dropped."""


@contextmanager
def rarely_searched() -> Iterator[None]:
    """While the context is open, leave what there is out of the search, and search the rest rarely."""
    young, middle, old = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(young, middle, _OLD_EVERY)
    try:
        yield
    finally:
        gc.set_threshold(young, middle, old)
        gc.unfreeze()
