"""Classification as a stage: without state, so that any number of workers can share it."""

from collections.abc import Iterable, Sequence

from agents.classification.enrich import READ_CHARS, Extractors, enrich
from agents.metrics import Metrics
from agents.wiring.outputs import output_of
from agents.wiring.stage import LogReader, Record, Result, process_each, value_of
from schemas.codec import decode
from schemas.posts import REPEATS, JudgedPost


class ClassificationStage:
    """Enriches every judged post that is not a repeat."""

    name = "classification"
    inputs = ("posts.judged",)

    def __init__(self, extractors: Extractors, metrics: Metrics) -> None:
        self._extractors = extractors
        self._metrics = metrics

    async def restore(self, topic: str, partition: int, offset: int, log: LogReader) -> None:
        """Do nothing: an event depends on its post alone."""

    def process(self, batch: Sequence[Record]) -> Iterable[Result]:
        """Enrich judged posts one by one."""
        return process_each(batch, self._enrich)

    def _enrich(self, record: Record) -> Result:
        judged = decode(value_of(record), JudgedPost)
        if judged.relation in REPEATS:
            return Result(record)
        if len(judged.headline or "") + len(judged.body) > READ_CHARS:
            self._metrics.posts_read_in_part.inc()
        return Result(record, [output_of(enrich(self._extractors, judged))])
