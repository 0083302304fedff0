"""What verdicts need of posts' texts, computed once, for a batch of posts side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import xxhash

from agents.dedup.boilerplate import without_boilerplate
from agents.dedup.data import BOILERPLATE, MARKER, DedupData
from agents.dedup.lexicon import MAX_WORDS, Lexicon
from agents.dedup.markers import Marker, footnote_of, notice_of
from agents.dedup.normalise import readable, tokens_of
from agents.dedup.profile import Profile, profiles
from agents.dedup.shingles import U16, U32, fingerprints, shingle_hashes
from agents.dedup.slots import Slots, named, reversals, slot_sets
from agents.dedup.words import Bools, Columns, Ints, Kind, Words, words_of
from schemas.posts import RawPost

_ASKED = 32
"""A text of no more shingles is looked for by all of them."""
_SETS = 8


@dataclass(frozen=True, slots=True)
class Signature:
    """A post's text in hashes.

    Attributes:
        digest: 64-bit hash of the folded words; 0 for a text without any content.
        words: number of words.
        shingles: 16-bit hashes of three words in a row, ascending.
        quoted: those of the shingles that stand in quotations.
        fingerprints: 32-bit keys that the post is found by.
        asked: 32-bit keys that it finds others by, which share eight words in a row.
        slots: names, numbers, dates and lead.
        profile: terms for the comparison of stories.
        notice: ``correction`` or ``retraction`` when the post says at its head that it is one.
        footnote: the same, said at its end.

    """

    digest: int
    words: int
    shingles: U16
    quoted: U16
    fingerprints: U32
    asked: U32
    slots: Slots
    profile: Profile
    notice: Marker | None
    footnote: Marker | None


@dataclass(slots=True)
class _Draft:
    """A post on its way to its signature."""

    text: str
    tokens: list[str]
    headline: bool
    digest: int = 0
    gates: int = 0


def signatures_of(posts: Sequence[RawPost], lexicon: Lexicon, data: DedupData) -> list[Signature]:
    """Return the signatures of posts, in order; each depends on its own post alone."""
    found: list[Signature] = []
    for drafts in _batches([_draft(post) for post in posts]):
        found += _signed(drafts, lexicon.columns(_read(drafts, lexicon, data)), data)
    return found


def _draft(post: RawPost) -> _Draft:
    text = readable(post.headline, post.body)
    return _Draft(text, tokens_of(text), bool(post.headline))


def _batches(drafts: list[_Draft]) -> Iterator[list[_Draft]]:
    """Part posts so that the lexicon holds all words of a part at a time."""
    part: list[_Draft] = []
    size = 0
    for draft in drafts:
        tokens = min(len(draft.tokens), MAX_WORDS)
        if part and size + tokens > MAX_WORDS:
            yield part
            part, size = [], 0
        part.append(draft)
        size += tokens
    if part:
        yield part


def _read(drafts: list[_Draft], lexicon: Lexicon, data: DedupData) -> Ints:
    """Take the digest of the whole text, leave boilerplate out of its tokens, and look these up."""
    ids = _looked_up(drafts, lexicon)
    end, shorter = 0, False
    for draft in drafts:
        mine = ids[end : end + min(len(draft.tokens), MAX_WORDS)]
        end += len(mine)
        draft.digest = _digest(draft, lexicon.hashes[mine[lexicon.kinds[mine] < Kind.BREAK]])
        draft.gates = int(np.bitwise_or.reduce(lexicon.gates[mine]))
        if draft.gates & BOILERPLATE:
            news = without_boilerplate(draft.text, data)
            if news is not draft.text:
                draft.tokens, shorter = tokens_of(news), True
    return _looked_up(drafts, lexicon) if shorter else ids


def _looked_up(drafts: list[_Draft], lexicon: Lexicon) -> Ints:
    return lexicon.look_up([token for draft in drafts for token in draft.tokens[:MAX_WORDS]])


def _digest(draft: _Draft, hashes: U32) -> int:
    if not len(hashes):
        plain = "".join(draft.text.split())
        return xxhash.xxh3_64_intdigest(plain.encode("utf-8", "surrogatepass")) if plain else 0
    rest = " ".join(draft.tokens[MAX_WORDS:]).casefold()
    return xxhash.xxh3_64_intdigest(hashes.tobytes() + rest.encode("utf-8", "surrogatepass"))


def _signed(drafts: list[_Draft], columns: Columns, data: DedupData) -> Iterator[Signature]:
    sizes = [min(len(draft.tokens), MAX_WORDS) for draft in drafts]
    headlines = [_headline_tokens(draft, size) for draft, size in zip(drafts, sizes, strict=True)]
    words = words_of(columns, sizes, headlines)
    names = named(words)
    shingles, whole = shingle_hashes(words.columns.hashes, words.owner)
    owner = words.owner[: len(whole)][whole]
    quoted = (words.quoted[: len(whole)] & words.quoted[2:])[whole] if len(whole) else whole
    shingles = shingles[whole]
    minima, minima_owner = fingerprints(shingles, owner)
    sets = _split(_sets(words, names, shingles, owner, quoted), len(drafts))
    bounds = np.searchsorted(owner, np.arange(len(drafts) + 1)).tolist()
    chosen = np.searchsorted(minima_owner, np.arange(len(drafts) + 1)).tolist()
    counts = np.bincount(words.owner, minlength=len(drafts)).tolist()
    turned = reversals(words, len(drafts)).tolist()
    for at, (draft, profile) in enumerate(zip(drafts, profiles(words, names, len(drafts)), strict=True)):
        all_keys = (
            np.unique(shingles[bounds[at] : bounds[at + 1]])
            if bounds[at + 1] - bounds[at] <= _ASKED
            else None
        )
        keys = minima[chosen[at] : chosen[at + 1]]
        own = sets[at]
        yield Signature(
            digest=draft.digest,
            words=counts[at],
            shingles=own[0],
            quoted=own[1],
            fingerprints=all_keys if not len(keys) and all_keys is not None else keys,
            asked=keys if all_keys is None else all_keys,
            slots=Slots(own[2], own[3], own[4], own[5], own[6], own[7], turned[at]),
            profile=profile,
            notice=notice_of(draft.text, data) if draft.gates & MARKER else None,
            footnote=footnote_of(draft.text, data) if draft.gates & MARKER else None,
        )


def _headline_tokens(draft: _Draft, size: int) -> int:
    if not draft.headline:
        return 0
    return min(draft.tokens.index("\n"), size) if "\n" in draft.tokens else size


def _sets(words: Words, names: Bools, shingles: U32, owner: Ints, quoted: Bools) -> list[tuple[Ints, U32]]:
    return [(owner, shingles), (owner[quoted], shingles[quoted]), *slot_sets(words, names)]


def _split(sets: list[tuple[Ints, U32]], posts: int) -> list[list[U16]]:
    """Return for each post its sets of upper halves of hashes, ascending and distinct: all sorted at once."""
    keys = np.concatenate(
        [
            ((owner * _SETS + number) << 16) | (hashes >> np.uint32(16))
            for number, (owner, hashes) in enumerate(sets)
        ]
    )
    keys.sort()
    if len(keys):
        keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])]
    ends = np.searchsorted(keys, np.arange(posts * _SETS + 1) << 16).tolist()
    values = (keys & 0xFFFF).astype(np.uint16)
    return [
        [values[ends[at * _SETS + k] : ends[at * _SETS + k + 1]] for k in range(_SETS)] for at in range(posts)
    ]
