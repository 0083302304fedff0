"""Everything a lane's verdicts rest on."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import xxhash

from agents.dedup.config import DedupConfig
from agents.dedup.data import DedupData
from agents.dedup.entry import Entry, known_by
from agents.dedup.families import publisher_of
from agents.dedup.lexicon import Lexicon
from agents.dedup.rows import NOWHERE, Rows
from agents.dedup.signature import Signature, signatures_of
from agents.dedup.stories import Stories, Story
from agents.dedup.table import RowTable
from agents.dedup.vectors import vectors_in
from agents.dedup.watermark import EARLIEST, advanced, micros_of
from schemas.posts import JudgedPost, RawPost

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FINGERPRINT_SLOTS = 32
"""Slots a post of the fingerprint table at full size."""


_WAYS = 8


class DedupState:
    """A pure function of the entries entered into it, in order: entering them again restores it.

    Attributes:
        watermark: the time that the lane has reached, in microseconds since 1970.

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
        self._window = int(config.window.total_seconds())
        self.watermark = EARLIEST

    def signatures(self, posts: Sequence[RawPost]) -> list[Signature]:
        """Return the signatures of posts; each depends on its post and the data files alone, and many
        at once cost less."""
        return signatures_of(posts, self._lexicon, self.data)

    def take(self, judged: JudgedPost, signature: Signature) -> Entry:
        """Take in one judged post that was not judged before, and return what it leaves in the state."""
        vector = self.stories.vector(signature.profile, signature.words) if known_by(judged) else None
        entry = Entry(
            post_id=judged.post_id,
            revision=judged.revision,
            ordinary=judged.kind == "post",
            relation=judged.relation,
            related_to=judged.related_to,
            similarity=judged.similarity,
            reason=judged.reason,
            story_id=judged.story_id,
            story_seq=judged.story_seq,
            time=self.time_of(judged),
            story_time=self.story_time_of(judged),
            watermark=micros_of(judged.watermark),
            digest=signature.digest,
            words=signature.words,
            turned=signature.slots.turned,
            publisher=publisher_of(judged.source, self.data),
            marked=signature.notice is not None or signature.footnote is not None,
            sets=signature.packed.sets,
            sizes=signature.packed.sizes,
            fingerprints=signature.fingerprints.tobytes() if signature.digest else b"",
            terms=vector.every.tobytes() if vector else b"",
            kept=vector.kept.tobytes() if vector else b"",
            keyed=vector.keyed.tobytes() if vector else b"",
            weights=vector.weights.tobytes() if vector else b"",
        )
        story, row = self._hold(entry)
        if entry.fingerprints:
            self._fingerprints.insert(signature.fingerprints, row)
        if vector is not None:
            self.stories.add(story, vector, row, entry.story_time)
        return entry

    def enter(self, entries: Sequence[Entry]) -> None:
        """Take in what judged posts left, just as `take` did one by one; what is there already changes
        nothing."""
        held = [
            (entry, *self._hold(entry))
            for entry in entries
            if self.rows.find(entry.post_id, entry.revision) == NOWHERE
        ]
        keys = np.frombuffer(b"".join([entry.fingerprints for entry, _, _ in held]), dtype="<u4")
        counts = np.array([len(entry.fingerprints) // 4 for entry, _, _ in held], dtype=np.int64)
        self._fingerprints.insert_all(keys, counts, np.array([row for _, _, row in held], dtype=np.int64))
        known = [(entry, story, row) for entry, story, row in held if known_by(entry)]
        self.stories.add_all(
            [story for _, story, _ in known],
            vectors_in([entry for entry, _, _ in known]),
            [row for _, _, row in known],
            [entry.story_time for entry, _, _ in known],
        )

    def _hold(self, entry: Entry) -> tuple[Story, int]:
        """Take a post into rows and stories, and let go of what is too old by now."""
        story = self.stories.enter(entry.story_id, entry.story_seq)
        row = self.rows.append(entry)
        self._latest_time = max(self._latest_time, entry.time)
        self.watermark = max(self.watermark, entry.watermark)
        self._expire()
        return story, row

    def time_of(self, post: RawPost) -> int:
        """Return the time of a post in seconds; a time beyond belief is cut down to that of fetching."""
        limit = post.fetched_at + self.config.future_tolerance
        moment = post.event_time if post.event_time <= limit else post.fetched_at
        return int((moment - _EPOCH).total_seconds())

    def watermark_with(self, post: RawPost) -> int:
        """Return the watermark that the lane reaches with a post, in microseconds."""
        return advanced(self.watermark, post, self.config.allowed_lateness)

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
        found = self._fingerprints.find(signature.asked)
        if not len(found):
            return [], []
        hits = Counter(found.tolist())
        near = self.rows.near(hits, time, self._window, posts)
        same = [row for row, _ in near if self.rows.digest(row) == signature.digest]
        near.sort(key=_most_shared)
        return same, [row for row, _ in near[: self.config.verified_candidates]]

    def _expire(self) -> None:
        """Drop rows from the old end of the log while they are out of the window or too many."""
        oldest = self._latest_time - self._window
        while len(self.rows) and (
            len(self.rows) > self.config.max_posts or self.rows.time_of(self.rows.first) < oldest
        ):
            self.stories.release(self.rows.drop_first())


def _most_shared(pair: tuple[int, int]) -> tuple[int, int]:
    return -pair[1], -pair[0]
