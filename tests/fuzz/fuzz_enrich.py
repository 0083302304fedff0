"""Coverage-guided fuzzing of the whole enrichment: ``python -m tests.fuzz.fuzz_enrich [LIBFUZZER OPTIONS]``.

atheris makes up posts and keeps those that reach code not reached before. Most of their text is made of
words that the grammars and the lexicon look for, which random characters would not hit upon. A post that
breaks the enrichment, or takes too long, ends the run with its traceback and is written to a file
``crash-...``; give that file as the only argument to run it again.
"""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

import atheris

with atheris.instrument_imports(include=["agents.classification"]):
    from agents.classification.enrich import READ_CHARS, Extractors, enrich, load_extractors

from schemas.codec import encode
from schemas.events import EnrichedEvent
from schemas.posts import JudgedPost

MOMENT = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)
LIMIT = 1.0
"""Seconds of processor time that a post may take: instrumented code is slow, but what is quadratic is slower.
The measure itself is held by tests/classification/test_long_texts.py."""
MARKS = (
    " ", " ", " ", ", ", ". ", "\n", ": ", " - ", "; ", "(", ")", "“", "”", '"', "’s ", "'s ", "-", "/", "+",
    "$", "%", "\u200b", "\u0301", "İ", "ß", "火", "\x00",
)  # fmt: skip


def words_of(extractors: Extractors) -> list[str]:
    """Return the words that grammars and lexicon look for, in order, some of them with a capital."""
    casualties, attributions, actors = extractors.casualties, extractors.attributions, extractors.actors
    words: set[str] = set(extractors.lexicon.patterns)
    words.update(casualties.triggers, casualties.determiners, casualties.be, casualties.background)
    words.update(casualties.subset_markers, casualties.retellings, casualties.numbers.starts)
    words.update(attributions.triggers, attributions.titles, attributions.determiners, actors.titles)
    words.update(pattern.spelling for patterns in actors.patterns for pattern in patterns)
    words.update(extractors.gazetteer.capitals, extractors.gazetteer.words.region_nouns)
    words.update(extractors.gazetteer.words.given_names, ["5", "12", "1,200", "2016", "10-15", "52", "3.5m"])
    plain = sorted(words)
    return plain + [word.title() for word in plain]


def text_of(data: atheris.FuzzedDataProvider, words: list[str]) -> str:
    """Return a text of words that are looked for, marks, and any characters."""
    parts: list[str] = []
    for _ in range(data.ConsumeIntInRange(0, 60)):
        kind = data.ConsumeIntInRange(0, 3)
        if kind == 0:
            parts.append(data.ConsumeUnicodeNoSurrogates(8))
        else:
            parts.append(words[data.ConsumeIntInRange(0, len(words) - 1)])
        parts.append(MARKS[data.ConsumeIntInRange(0, len(MARKS) - 1)])
    return "".join(parts)


def post_of(data: atheris.FuzzedDataProvider, words: list[str]) -> JudgedPost:
    """Return a post; one in eight repeats its text for as long as texts are read."""
    headline = text_of(data, words) if data.ConsumeBool() else None
    long = data.ConsumeIntInRange(0, 7) == 0
    body = text_of(data, words)
    if long and body:
        body = body * (READ_CHARS // len(body) + 1)
    return JudgedPost(
        post_id="p1",
        source="outlet",
        lane="all",
        revision=0,
        headline=headline,
        body=body,
        fetched_at=MOMENT,
        event_time=MOMENT,
        kind="post",
        relation="new",
        reason="new",
        story_id="s1",
        story_seq=1,
        watermark=MOMENT,
    )


def check(event: EnrichedEvent) -> None:
    """Raise AssertionError where an event breaks what every event keeps to."""
    assert 0 <= event.confidence <= 1
    assert event.summary in event.text
    proofs = [proof.span for score in event.categories for proof in score.evidence]
    rows = (event.places, event.actors, event.casualties, event.attributions)
    for start, end in proofs + [row.span for found in rows for row in found]:
        assert 0 <= start < end <= len(event.text), (start, end)
    encode(event)


def target(extractors: Extractors) -> Callable[[bytes], None]:
    """Return what atheris runs on its inputs."""
    words = words_of(extractors)

    def run(content: bytes) -> None:
        post = post_of(atheris.FuzzedDataProvider(content), words)
        start = time.process_time()
        event = enrich(extractors, post)
        taken = time.process_time() - start
        assert taken < LIMIT, f"{taken:.2f} s"
        check(event)

    return run


if __name__ == "__main__":
    atheris.Setup(sys.argv, target(load_extractors()))
    atheris.Fuzz()
