"""The whole enrichment: what an event holds, that spans point at their text, and that no text is slow."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.classification.category.decide import MIN_CONFIDENCE
from agents.classification.enrich import Extractors, enrich, load_extractors
from agents.classification.files import FILES
from schemas.codec import encode
from schemas.events import EnrichedEvent
from schemas.ids import event_id
from schemas.posts import JudgedPost
from tests.eval.classification_eval import judged, load_labelled

MOMENT = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def extractors() -> Extractors:
    return load_extractors()


def post(body: str, headline: str | None = None, language: str | None = None) -> JudgedPost:
    return JudgedPost(
        post_id="p1",
        source="outlet",
        lane="all",
        revision=2,
        headline=headline,
        body=body,
        language=language,
        fetched_at=MOMENT,
        event_time=MOMENT,
        kind="post",
        relation="update",
        related_to="p0",
        reason="update",
        story_id="s1",
        story_seq=3,
        watermark=MOMENT,
    )


def spans_of(event: EnrichedEvent) -> list[tuple[int, int]]:
    proofs = [proof.span for score in event.categories for proof in score.evidence]
    found = (event.places, event.actors, event.casualties, event.attributions)
    return proofs + [row.span for rows in found for row in rows]


def test_an_event_carries_the_post_s_own_fields(extractors: Extractors) -> None:
    event = enrich(extractors, post("A flood cut the road.", "Flood"))
    assert event.event_id == event_id("p1", 2)
    assert (event.post_id, event.story_id, event.story_seq, event.revision) == ("p1", "s1", 3, 2)
    assert (event.relation, event.related_to, event.source) == ("update", "p0", "outlet")
    assert event.text == "Flood\nA flood cut the road."
    assert event.category == "disaster"


def test_the_summary_is_a_sentence_of_the_post(extractors: Extractors) -> None:
    body = "What a night. Firefighters put out a blaze in a paper mill. Nobody was hurt."
    assert enrich(extractors, post(body)).summary == "Firefighters put out a blaze in a paper mill."
    assert enrich(extractors, post("", "Mill burns down")).summary == "Mill burns down"
    assert enrich(extractors, post("")).summary == ""


def test_a_text_that_says_nothing_known_is_left_to_other(extractors: Extractors) -> None:
    event = enrich(extractors, post("zyx wvut srq ponm lkji hgfe dcba"))
    assert event.category == "other" or event.confidence >= MIN_CONFIDENCE


@pytest.mark.parametrize(
    ("body", "language", "category"),
    [
        ("Le conseil municipal a repoussé mardi sa décision sur le tramway.", "fr", "other"),
        ("Правительство обсуждает новый закон о рыбалке.", "ru", "other"),
        ("Tsunami: les habitants de la côte ont rejoint les collines.", "fr", "disaster"),
        ("Huelga de enfermeras en los hospitales de la capital desde el lunes.", "es", "protest"),
    ],
)
def test_other_languages_are_judged_by_their_plain_words_only(
    extractors: Extractors, body: str, language: str, category: str
) -> None:
    event = enrich(extractors, post(body))
    assert (event.language, event.category) == (language, category)


def test_the_source_s_own_language_is_believed(extractors: Extractors) -> None:
    assert enrich(extractors, post("Un incendie a détruit la halle.", language="fr-CA")).language == "fr-CA"


def test_every_span_points_at_the_text_it_claims(extractors: Extractors) -> None:
    for labelled in [*load_labelled("dev"), *load_labelled("test")]:
        event = enrich(extractors, judged(labelled))
        assert event.summary in event.text
        for start, end in spans_of(event):
            assert 0 <= start < end <= len(event.text), labelled["id"]
            assert event.text[start:end].strip(), labelled["id"]
        for place in event.places:
            assert event.text[place.span[0] : place.span[1]] == place.name, labelled["id"]


def test_the_same_post_gives_the_same_bytes(extractors: Extractors) -> None:
    labelled = load_labelled("dev")[:40]
    first = [encode(enrich(extractors, judged(row))) for row in labelled]
    load_extractors.cache_clear()
    again = load_extractors()
    assert again is not extractors
    assert [encode(enrich(again, judged(row))) for row in reversed(labelled)] == first[::-1]


PIECES = st.sampled_from(
    [
        "killed", "12", "at least", "said", "“", "”", '"', ".", "\n", "Kyiv", "region", ",", "(", "’s", "-",
        "not", "Mr", "strike", "wounded", "three", "million", "Correction:", "İ", "🚨", "\u200b", "e.g.",
        "...", "по",
    ]
)  # fmt: skip
WORDS = st.lists(PIECES, max_size=80)
ANY_TEXT = st.one_of(st.text(max_size=300), WORDS.map(" ".join), WORDS.map("".join))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(headline=st.one_of(st.none(), ANY_TEXT), body=ANY_TEXT)
def test_no_text_breaks_the_enrichment(extractors: Extractors, headline: str | None, body: str) -> None:
    event = enrich(extractors, post(body, headline))
    assert 0 <= event.confidence <= 1
    assert all(0 <= start < end <= len(event.text) for start, end in spans_of(event))
    encode(event)


@pytest.mark.parametrize("name", ["actors.yaml", "attributions.yaml", "casualties.yaml", "severity.yaml"])
def test_other_data_has_another_version(name: str, tmp_path: Path) -> None:
    shipped = FILES.find(name).read_text(encoding="utf-8")
    (tmp_path / name).write_text(shipped + "\n# a desk's own\n", encoding="utf-8")
    assert load_extractors(tmp_path).versions.lexicon != load_extractors().versions.lexicon
