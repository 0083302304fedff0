"""A dedup stage that begins with many posts in its window."""

from agents.dedup.config import DedupConfig
from agents.dedup.data import load_data
from agents.dedup.state import DedupState
from agents.wiring.dedup_stage import DedupStage
from tests.bench.bench_dedup import Left, left_by, restored
from tests.bench.made_news import News

BEFORE = 10_000
"""Posts that are judged for it; more are made of what these leave."""
_BATCH = 128


def fill(stage: DedupStage, held: int) -> None:
    """Let the lane of a stage begin with so many posts, at least ``BEFORE``, in its window."""
    entries = left_by(DedupState(DedupConfig(), load_data()), News(1).take(BEFORE), _BATCH)
    state, _, _ = restored(Left(entries, _BATCH), held)
    stage._new_state = lambda: state
