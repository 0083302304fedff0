"""Cost and memory of dedup: CPU a post at 10,000, 100,000 and 1,000,000 indexed posts with the stories that
they belong to, and of taking up the state after a restart.

The posts of an index are judged up to 10,000; a larger one is filled with what these left in the state,
under other ids and hashes. It is filled as after a restart, from the values of messages on the topic
dedup.state; the figure of a restore holds all but reading them from the broker.

Usage: python -m tests.bench.bench_dedup [--posts 10000 100000 1000000] [--batch 128]
"""

import argparse
import gc
import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from msgspec import structs

from agents.dedup.config import DedupConfig
from agents.dedup.data import load_data
from agents.dedup.decide import compared
from agents.dedup.entry import Entry, pack, unpack
from agents.dedup.judge import judge_batch, judge_signed
from agents.dedup.relation import conflict, rule_for
from agents.dedup.signature import Signature
from agents.dedup.state import DedupState
from schemas.codec import decode, encode
from schemas.dedup_entries import DedupEntries
from schemas.posts import RawPost
from tests.bench.bench_classify import machine_speed
from tests.bench.made_posts import Posts

_JUDGED = 10_000
_SAMPLE = 4_096
_WARM = 4_096
"""Posts signed before any is measured, as an agent that has just begun knows no words."""
_INTERVAL = timedelta(milliseconds=500)


def resident() -> int:
    """Return the bytes that this process holds in memory."""
    pages = Path("/proc/self/statm")
    if pages.is_file():
        return int(pages.read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


class Left:
    """What posts left in the state, as bytes, over and over under other ids and hashes."""

    def __init__(self, entries: list[Entry], batch: int) -> None:
        self._packed = [
            pack(list(enumerate(entries[at : at + batch]))) for at in range(0, len(entries), batch)
        ]
        self._time = datetime.fromtimestamp(entries[-1].time, UTC)
        self.bytes_per_post = sum(map(len, self._packed)) / len(entries)
        self._held = len(entries)

    def messages(self, posts: int) -> Iterator[bytes]:
        """Yield the values of messages with what so many posts left."""
        random_numbers = random.Random(3)
        for number in range(posts // self._held):
            mask = random_numbers.getrandbits(32)
            for packed in self._packed:
                entries = _varied(packed, number, mask)
                yield encode(
                    DedupEntries(lane="bench", partition=0, first_offset=0, time=self._time, entries=entries)
                )


def _varied(packed: bytes, number: int, mask: int) -> bytes:
    if number == 0:
        return packed
    return pack([(at, _other(entry, number, mask)) for at, entry in unpack(packed)])


def _other(entry: Entry, number: int, mask: int) -> Entry:
    """Return an entry with other ids and fingerprints. Its story terms stay, so that stories compete."""
    keys = np.frombuffer(entry.fingerprints, dtype=np.uint32) ^ np.uint32(mask)
    return structs.replace(
        entry,
        post_id=f"{number:04x}{entry.post_id[4:]}",
        story_id=f"{number:04x}{entry.story_id[4:]}",
        digest=entry.digest ^ (mask << 32 | mask),
        fingerprints=keys.tobytes(),
    )


def left_by(state: DedupState, posts: list[RawPost], batch: int) -> list[Entry]:
    """Judge posts and return what they left in the state."""
    entries = []
    for at in range(0, len(posts), batch):
        some = posts[at : at + batch]
        for post, signature in zip(some, state.signatures(some), strict=True):
            entry = judge_signed(state, post, signature)[1]
            if entry is not None:
                entries.append(entry)
    return entries


def _wording(state: DedupState, post: RawPost, signature: Signature) -> None:
    """Do all of a verdict that rests on the wording: everything but the story."""
    time_of_post = state.time_of(post)
    _, alike = state.candidates(signature, time_of_post)
    for seen in compared(state, signature, time_of_post, alike):
        if rule_for(seen, state.config) is not None:
            conflict(seen, state.config)


def _story(state: DedupState, post: RawPost, signature: Signature) -> None:
    vector = state.stories.vector(signature.profile, signature.words)
    state.stories.alike(vector, state.story_time_of(post), state.rows.first)


class Clock:
    """CPU of one piece of work in each batch; the median batch counts, as other processes disturb some."""

    def __init__(self) -> None:
        self._batches: list[float] = []
        self._start = 0.0

    def start(self) -> None:
        """Begin a batch."""
        self._start = time.process_time()

    def stop(self, posts: int) -> None:
        """End a batch of so many posts."""
        self._batches.append((time.process_time() - self._start) / posts * 1e6)

    @property
    def median(self) -> float:
        """Microseconds a post."""
        return sorted(self._batches)[len(self._batches) // 2]

    @property
    def mean(self) -> float:
        """Microseconds a post."""
        return sum(self._batches) / len(self._batches)


def restored(left: Left, size: int) -> tuple[DedupState, float, float]:
    """Return a state of so many posts, the CPU in µs and the memory in bytes that each of them took."""
    gc.collect()
    before = resident()
    state, clock = DedupState(DedupConfig(), load_data()), Clock()
    for value in left.messages(size):
        clock.start()
        entries = [entry for _, entry in unpack(decode(value, DedupEntries).entries)]
        state.enter(entries)
        clock.stop(len(entries))
    return state, clock.mean, (resident() - before) / len(state.rows)


def bench(posts: Posts, left: Left, size: int, batch: int) -> None:
    """Print the figures of one size of the index."""
    state, restore, memory = restored(left, size)
    held = len(state.stories)
    for _ in range(_WARM // batch):
        state.signatures(posts.take(batch))
    signing, wording, story, whole = Clock(), Clock(), Clock(), Clock()
    for _ in range(_SAMPLE // batch):
        some = posts.take(batch)
        signing.start()
        signed = list(zip(some, state.signatures(some), strict=True))
        signing.stop(batch)
        for clock, work in ((wording, _wording), (story, _story)):
            clock.start()
            for post, signature in signed:
                work(state, post, signature)
            clock.stop(batch)
        whole.start()
        judge_batch(state, some)
        whole.stop(batch)
    both = signing.median + wording.median
    print(
        f"{size:>9} {held:>8} {signing.median:10.0f} {wording.median:8.0f} {both:8.0f} {story.median:6.0f} "
        f"{whole.median:6.0f} {memory:11.0f} {restore:8.0f} {machine_speed():8.0f}",
        flush=True,
    )


def main() -> None:
    """Run all."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--posts", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    arguments.add_argument("--batch", type=int, default=128)
    given = arguments.parse_args()
    gc.freeze()
    posts = Posts(1, _INTERVAL)
    state = DedupState(DedupConfig(), load_data())
    left = Left(left_by(state, posts.take(_JUDGED), given.batch), given.batch)
    print(f"{left.bytes_per_post:9.0f} bytes/post on dedup.state, before base64", flush=True)
    del state
    print("µs of CPU a post; verdict is signature and wording, whole is with story and taking in")
    print("machine is the ms that a million additions take just then, by which figures compare")
    print("    posts  stories  signature  wording  verdict  story  whole  bytes/post  restore  machine")
    for size in given.posts:
        bench(posts, left, size, given.batch)


if __name__ == "__main__":
    main()
