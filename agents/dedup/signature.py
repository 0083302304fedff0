"""What verdicts need of posts' texts, computed once, for a batch of posts side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import msgspec
import numpy as np
import numpy.typing as npt
import xxhash

from agents.dedup.boilerplate import without_boilerplate
from agents.dedup.data import BOILERPLATE, MARKER, DedupData
from agents.dedup.lexicon import MAX_WORDS, PART, Lexicon
from agents.dedup.markers import Marker, footnote_of, notice_of
from agents.dedup.normalise import readable
from agents.dedup.profile import Profile, profiles
from agents.dedup.runs import runs
from agents.dedup.shingles import U16, U32, fingerprints, shingle_hashes
from agents.dedup.slots import Slots, named, reversals, slot_sets
from agents.dedup.words import U8, Bools, Columns, Ints, Kind, Words, words_of
from schemas.posts import RawPost

_ASKED = 32
"""A text of no more shingles is looked for by all of them."""
_SETS = 8
_LOW = 0xFFFFFFFF
_NUMBER = 4
"""Bytes of a row number, and of a hash."""
Numbers = npt.NDArray[np.int32]


class Packed(msgspec.Struct, frozen=True, gc=False):
    """Shingles, names, openers, numbers, dates, clocks and leads one after the other, with their sizes."""

    sets: bytes
    sizes: tuple[int, ...]

    def unpacked(self) -> list[U16]:
        """Return the sets."""
        values = np.frombuffer(self.sets, dtype=np.uint16)
        ends = [0, *accumulate(self.sizes)]
        return [values[low:high] for low, high in pairwise(ends)]


class Signature(msgspec.Struct, frozen=True, gc=False):
    """A post's text in hashes.

    Attributes:
        digest: 64-bit hash of the folded words; 0 for a text without any content.
        words: number of words.
        shingles: 16-bit hashes of three words in a row, ascending.
        quoted: those of the shingles that stand in quotations.
        packed: those sets that later posts are compared with.
        fingerprints: 32-bit keys that the post is found by: of its wording, and of its digest.
        asked: 32-bit keys that it finds others by, which share eight words in a row or all of them.
        slots: names, numbers, dates and lead.
        profile: terms for the comparison of stories.
        notice: ``correction`` or ``retraction`` when the post says at its head that it is one.
        footnote: the same, said at its end.

    """

    digest: int
    words: int
    shingles: U16
    quoted: U16
    packed: Packed
    fingerprints: U32
    asked: U32
    slots: Slots
    profile: Profile
    notice: Marker | None
    footnote: Marker | None


@dataclass(frozen=True, slots=True)
class _Tokens:
    """The tokens of a batch: the kinds of all, the places of words among them, and what is known of these."""

    kinds: U8
    content: Ints
    columns: Columns


@dataclass(slots=True)
class _Draft:
    """A post on its way to its signature."""

    text: str
    headline: bool
    rows: bytes = b""
    rest: str = ""
    digest: int = 0
    gates: int = 0


def signatures_of(posts: Sequence[RawPost], lexicon: Lexicon, data: DedupData) -> list[Signature]:
    """Return the signatures of posts, in order; each depends on its own post alone."""
    found: list[Signature] = []
    drafts = [_Draft(readable(post.headline, post.body), bool(post.headline)) for post in posts]
    for part in runs(drafts, _most_words, PART):  # so that the lexicon holds all words of a part at a time
        lexicon.make_room()
        found += _signed(part, _read(part, lexicon, data), data)
    return found


def _most_words(draft: _Draft) -> int:
    """Return how many words a post may have, at most."""
    return min(len(draft.text) + 1, MAX_WORDS)


def _read(drafts: list[_Draft], lexicon: Lexicon, data: DedupData) -> _Tokens:
    """Take the digest of the whole text, leave boilerplate out of its tokens, and look these up."""
    for draft in drafts:
        draft.rows, rest = lexicon.rows_of(draft.text)
        if rest:
            draft.rest = " ".join(rest).casefold()
    every = _joined(drafts)
    tokens = _looked_up(every, lexicon)
    ends = np.array([*accumulate(len(draft.rows) // _NUMBER for draft in drafts)], dtype=np.int64)
    _digest(drafts, tokens, ends)
    gates = lexicon.gates.take(every)
    for at in gates.nonzero()[0].tolist():
        drafts[int(ends.searchsorted(at, side="right"))].gates |= int(gates[at])
    return _looked_up(_joined(drafts), lexicon) if _shortened(drafts, lexicon, data) else tokens


def _joined(drafts: list[_Draft]) -> Numbers:
    return np.frombuffer(b"".join([draft.rows for draft in drafts]), dtype=np.int32)


def _looked_up(rows: Numbers, lexicon: Lexicon) -> _Tokens:
    kinds = lexicon.kinds.take(rows)
    content = (kinds < Kind.BREAK).nonzero()[0]
    return _Tokens(kinds, content, lexicon.columns(rows.take(content)))


def _shortened(drafts: list[_Draft], lexicon: Lexicon, data: DedupData) -> bool:
    """Leave boilerplate out of the tokens of posts that have any; say whether there was some."""
    found = False
    for draft in drafts:
        if draft.gates & BOILERPLATE:
            news = without_boilerplate(draft.text, data)
            if news is not draft.text:
                draft.rows, _ = lexicon.rows_of(news)
                found = True
    return found


def _digest(drafts: list[_Draft], tokens: _Tokens, ends: Ints) -> None:
    hashes = tokens.columns.hashes.tobytes()
    bounds = (tokens.content.searchsorted(ends) * _NUMBER).tolist()
    start = 0
    for draft, end in zip(drafts, bounds, strict=True):
        if start < end:
            rest = draft.rest.encode("utf-8", "surrogatepass")
            draft.digest = xxhash.xxh3_64_intdigest(hashes[start:end] + rest)
        else:
            plain = "".join(draft.text.split())
            draft.digest = xxhash.xxh3_64_intdigest(plain.encode("utf-8", "surrogatepass")) if plain else 0
        start = end


def _signed(drafts: list[_Draft], tokens: _Tokens, data: DedupData) -> Iterator[Signature]:
    sizes = [len(draft.rows) // _NUMBER for draft in drafts]
    headlines = _headlines(drafts, tokens.kinds, sizes)
    words = words_of(tokens.kinds, tokens.content, tokens.columns, sizes, headlines)
    names = named(words)
    shingles, whole = shingle_hashes(words.columns.hashes, words.owner)
    owner = words.owner[: len(whole)][whole]
    quoted = (words.quoted[: len(whole)] & words.quoted[2:])[whole] if len(whole) else whole
    shingles = shingles[whole]
    keys = _with_digests(*fingerprints(shingles, owner), drafts)
    sets = _split(_sets(words, names, shingles, owner, quoted), len(drafts))
    bounds = owner.searchsorted(np.arange(len(drafts) + 1)).tolist()
    counts = np.bincount(words.owner, minlength=len(drafts)).tolist()
    turned = reversals(words, len(drafts)).tolist()
    for at, (draft, profile) in enumerate(zip(drafts, profiles(words, names, len(drafts)), strict=True)):
        chosen = asked = keys[at]
        if bounds[at + 1] - bounds[at] <= _ASKED:
            every = {*shingles[bounds[at] : bounds[at + 1]].tolist()}
            asked = np.array([*sorted(every), draft.digest & _LOW], dtype=np.uint32)
            chosen = chosen if len(chosen) > 1 else asked
        quotations, packed, (own, named_ones, openers, numbers, dates, clocks, leads) = sets[at]
        yield Signature(
            digest=draft.digest,
            words=counts[at],
            shingles=own,
            quoted=quotations,
            packed=packed,
            fingerprints=chosen,
            asked=asked,
            slots=Slots(named_ones, openers, numbers, dates, clocks, leads, turned[at]),
            profile=profile,
            notice=notice_of(draft.text, data) if draft.gates & MARKER else None,
            footnote=footnote_of(draft.text, data) if draft.gates & MARKER else None,
        )


def _with_digests(minima: U32, owner: Ints, drafts: list[_Draft]) -> list[U32]:
    """Return for each post its minima, and the lower half of its digest behind them."""
    numbers = np.arange(len(drafts))
    ends = owner.searchsorted(numbers, side="right") + numbers
    keys = np.empty(len(minima) + len(drafts), dtype=np.uint32)
    keys[np.arange(len(minima)) + owner] = minima
    keys[ends] = [draft.digest & _LOW for draft in drafts]
    return [keys[low + 1 : high + 1] for low, high in pairwise([-1, *ends.tolist()])]


def _headlines(drafts: list[_Draft], kinds: U8, sizes: list[int]) -> list[int]:
    """Return the tokens of each post's headline: those before the end of its first line."""
    lines = np.concatenate([(kinds == Kind.LINE).nonzero()[0], [len(kinds)]])
    starts = np.array([*accumulate(sizes[:-1], initial=0)], dtype=np.int64)
    before = (lines[lines.searchsorted(starts)] - starts).tolist()
    return [
        min(tokens, size) if draft.headline else 0
        for draft, tokens, size in zip(drafts, before, sizes, strict=True)
    ]


def _sets(words: Words, names: Bools, shingles: U32, owner: Ints, quoted: Bools) -> list[tuple[Ints, U32]]:
    return [(owner[quoted], shingles[quoted]), (owner, shingles), *slot_sets(words, names)]


def _split(sets: list[tuple[Ints, U32]], posts: int) -> list[tuple[U16, Packed, list[U16]]]:
    """Return for each post its sets of upper halves of hashes, ascending and distinct: all sorted at once.

    The first set stands by itself; the others are packed, and given one by one as well.
    """
    owners = np.concatenate([owner for owner, _ in sets])
    hashes = np.concatenate([some for _, some in sets])
    numbers = np.arange(_SETS).repeat([len(owner) for owner, _ in sets])
    keys = ((owners * _SETS + numbers) << 16) | (hashes >> np.uint32(16))
    keys.sort()
    if len(keys):
        keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])]
    ends = keys.searchsorted(np.arange(posts * _SETS + 1) << 16)
    sizes = (ends[1:] - ends[:-1]).reshape(posts, _SETS)[:, 1:].tolist()
    bounds = ends.tolist()
    values = (keys & 0xFFFF).astype(np.uint16)
    found = []
    for at in range(posts):
        quoted, *rest = bounds[at * _SETS : at * _SETS + _SETS + 1]
        packed = Packed(values[rest[0] : rest[-1]].tobytes(), tuple(sizes[at]))
        found.append((values[quoted : rest[0]], packed, [values[low:high] for low, high in pairwise(rest)]))
    return found
