"""Everything a lane's verdicts rest on."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import xxhash

from agents.dedup.config import DedupConfig
from agents.dedup.data import DedupData
from agents.dedup.lexicon import Lexicon
from agents.dedup.rows import Rows
from agents.dedup.signature import Signature, signatures_of
from agents.dedup.stories import Stories
from agents.dedup.table import RowTable
from schemas.posts import REPEATS, JudgedPost, RawPost

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FINGERPRINT_SLOTS = 32
"""Slots a post of the fingerprint table at full size."""


_WAYS = 8


class DedupState:
    """A pure function of the judged posts applied to it, in order.

    Restoring from the log is `apply` over the judged posts in the order of the log. A judged post that
    comes again
    changes nothing.
    """

    def __init__(self, config: DedupConfig, data: DedupData) -> None:
        self.config = config
        self.data = data
        self.rows = Rows()
        self.stories = Stories(config)
        sets = max(config.max_posts * _FINGERPRINT_SLOTS // _WAYS, 1)
        self._fingerprints = RowTable(max_bits=(sets - 1).bit_length(), ways=_WAYS)
        self._lexicon = Lexicon(data)
        self._latest_time = -(1 << 62)

    def apply(self, judged: JudgedPost) -> None:
        """Take in one judged post."""
        self.take(judged, self.signatures([judged])[0])

    def signatures(self, posts: Sequence[RawPost]) -> list[Signature]:
        """Return the signatures of posts; each depends on its post and the data files alone, and many
        at once cost less."""
        return signatures_of(posts, self._lexicon, self.data)

    def take(self, judged: JudgedPost, signature: Signature) -> None:
        """Take in one judged post whose signature is known."""
        if self.rows.verdict(judged.post_id, judged.revision) is not None:
            return
        time = self.time_of(judged)
        story = self.stories.enter(judged.story_id, judged.story_seq)
        row = self.rows.append(judged, signature, time, story.story_id)
        if signature.digest:
            self._fingerprints.insert(signature.fingerprints, row)
        if judged.relation not in REPEATS and judged.kind == "post":
            self.stories.add(
                story,
                self.stories.vector(signature.profile, signature.words),
                signature.profile,
                row,
                self.story_time_of(judged),
            )
        self._latest_time = max(self._latest_time, time)
        self._expire()

    def time_of(self, post: RawPost) -> int:
        """Return the time of a post in seconds; a time beyond belief is cut down to that of fetching."""
        limit = post.fetched_at + self.config.future_tolerance
        moment = post.event_time if post.event_time <= limit else post.fetched_at
        return int((moment - _EPOCH).total_seconds())

    def story_time_of(self, post: RawPost) -> int:
        """Return the time of a post as stories see it.

        A page that nothing dates lies in a time of its own, out of reach of all others: what it tells may
        be years away from what they tell. Posts of such pages are still compared by their wording.
        """
        if post.event_time > _EPOCH:
            return self.time_of(post)
        page = post.origin.document if post.origin else ""
        return -(xxhash.xxh32_intdigest(page.encode("utf-8", "surrogatepass")) << 32)

    def candidates(self, signature: Signature, time: int, posts: bool = True) -> tuple[list[int], list[int]]:
        """Return the rows with the same words, and the rows that share fingerprints, the most shared
        first: of ordinary posts, or of summaries and notices."""
        hits = Counter(self._fingerprints.find(signature.asked).tolist())
        near = self.rows.near(hits, time, int(self.config.window.total_seconds()), posts)
        same = [row for row, _ in near if self.rows.digest(row) == signature.digest]
        near.sort(key=_most_shared)
        return same, [row for row, _ in near[: self.config.verified_candidates]]

    def _expire(self) -> None:
        """Drop rows from the old end of the log while they are out of the window or too many."""
        oldest = self._latest_time - int(self.config.window.total_seconds())
        while len(self.rows) and (
            len(self.rows) > self.config.max_posts or self.rows.time_of(self.rows.first) < oldest
        ):
            self.stories.release(self.rows.drop_first())


def _most_shared(pair: tuple[int, int]) -> tuple[int, int]:
    return -pair[1], -pair[0]
