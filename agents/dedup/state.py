"""Everything a lane's verdicts rest on."""

import xxhash

from agents.dedup.config import DedupConfig
from agents.dedup.data import DedupData
from schemas.posts import JudgedPost


def digest(headline: str | None, body: str) -> int:
    """Return a hash of the folded words."""
    return xxhash.xxh3_64_intdigest(" ".join(f"{headline or ''} {body}".casefold().split()).encode("utf-8", "surrogatepass"))


class DedupState:
    """A pure function of the judged posts applied to it, in order."""

    def __init__(self, config: DedupConfig, data: DedupData) -> None:
        self.config = config
        self.data = data
        self.judged: dict[tuple[str, int], JudgedPost] = {}
        self.texts: dict[int, JudgedPost] = {}
        self.sequences: dict[str, int] = {}

    def apply(self, judged: JudgedPost) -> None:
        """Take in one judged post."""
        key = (judged.post_id, judged.revision)
        if key not in self.judged:
            self.judged[key] = judged
            self.texts.setdefault(digest(judged.headline, judged.body), judged)
            self.sequences[judged.story_id] = judged.story_seq
