from datetime import UTC, datetime, timedelta

import pytest

from agents.dedup.judge import judge, judge_batch
from schemas.codec import encode
from schemas.ids import story_id
from schemas.posts import JudgedPost, Origin, PostKind, RawPost
from tests.dedup.posts import FERRY, QUAKE, post, state

REPORT = (
    "Divers recovered 29 bodies off Pemba after the ferry overturned in high waves off Tanga, "
    "the maritime agency said."
)


def later(first: RawPost, second: RawPost) -> JudgedPost:
    return judge_batch(state(), [first, second])[1]


@pytest.mark.parametrize(
    ("body", "fields", "relation", "reason"),
    [
        pytest.param(
            FERRY.replace('"', "\u201c").upper(), {}, "exact", "same_words", id="typography and case"
        ),
        pytest.param(
            FERRY + "\nSubscribe to our newsletter.",
            {},
            "repost",
            "same_text",
            id="boilerplate under the text",
        ),
        pytest.param(" ".join(FERRY.split()[:30]), {}, "excerpt", "same_text_shorter", id="cut"),
        pytest.param(
            FERRY.replace("70", "84"), {}, "update", "same_text_other_figures", id="a figure that moved"
        ),
        pytest.param(
            FERRY + " The owner, Salim Haji, has been arrested in Dar es Salaam. He had a permit for 60, "
            "police chief Neema Mushi said.",
            {},
            "update",
            "same_text_other_figures",
            id="new facts at the end",
        ),
        pytest.param(
            "Correction: the ferry overturned off Pemba with 110 people aboard, not 120.",
            {},
            "correction",
            None,
            id="notice",
        ),
        pytest.param(
            "RETRACTION: we have withdrawn our report that a ferry overturned off Pemba.",
            {},
            "retraction",
            None,
            id="withdrawal",
        ),
        pytest.param(QUAKE, {}, "new", "nothing_alike", id="another event"),
    ],
)
def test_relation_to_an_earlier_post_of_another_source(
    body: str, fields: dict[str, str], relation: str, reason: str | None
) -> None:
    first = post(FERRY, source="savanna")
    verdict = later(first, post(body, source="northwire", minutes=30, **fields))
    assert verdict.relation == relation
    assert reason in (None, verdict.reason)
    assert verdict.related_to == (None if relation == "new" else first.post_id)
    assert (verdict.story_id == story_id(first.post_id, first.revision)) == (relation != "new")


@pytest.mark.parametrize(
    ("first", "second", "minutes"),
    [
        (
            "Air raid alert in Odesa region. Go to the shelters.",
            "Air raid alert in Sumy region. Go to the shelters.",
            1,
        ),
        (
            "Air raid alert in Odesa region. Go to the shelters.",
            "Air raid alert in Odesa region. Go to the shelters.",
            600,
        ),
        (
            "Losses as of 3 February: personnel 1040, tanks 4, guns 32, drones 518, cars 94.",
            "Losses as of 4 February: personnel 980, tanks 2, guns 41, drones 466, cars 103.",
            1440,
        ),
        (
            "Magnitude 5.8, origin time 04:02:10 UTC, 17 km north of Malatya, Turkey, depth 9 km.",
            "Magnitude 4.6, origin time 04:51:33 UTC, 19 km north of Malatya, Turkey, depth 7 km.",
            50,
        ),
        (
            "The defence ministry says its troops have taken the village of Novopavlivka in the "
            "Dnipropetrovsk region.",
            "The general staff denies that troops have taken the village of Novopavlivka in the "
            "Dnipropetrovsk region.",
            90,
        ),
    ],
    ids=["other place", "same words hours later", "other day", "other hour", "denial"],
)
def test_serial_reports_of_other_events_stay_new(first: str, second: str, minutes: int) -> None:
    verdict = later(post(first, native_id="1"), post(second, native_id="2", minutes=minutes))
    assert verdict.relation == "new"
    assert verdict.related_to is None


@pytest.mark.parametrize(
    ("body", "relation", "reason"),
    [
        (FERRY, "exact", "same_words"),
        (FERRY.replace("very full", "much too full"), "revision", "own_post_revised"),
        (FERRY.replace("70", "84"), "update", "own_post_updated"),
        (
            FERRY + "\n\nCorrection: an earlier version gave a wrong number of passengers.",
            "correction",
            "own_post_correction",
        ),
        ("Retracted. The report of a ferry off Pemba is not true.", "retraction", "own_post_retraction"),
        (QUAKE, "update", "own_post_updated"),
    ],
)
def test_edit_of_a_post_is_never_new_and_stays_in_its_story(body: str, relation: str, reason: str) -> None:
    first, second = judge_batch(
        state(), [post(FERRY, native_id="7"), post(body, native_id="7", revision=1, minutes=20)]
    )
    assert (second.relation, second.reason) == (relation, reason)
    assert (second.related_to, second.story_id, second.story_seq) == (first.post_id, first.story_id, 2)


def test_summary_links_and_does_not_merge() -> None:
    held = state()
    ferry, quake = judge_batch(held, [post(FERRY), post(QUAKE, minutes=5)])
    lead = FERRY.split(". ")[0] + ". " + QUAKE.split(". ")[0] + "."
    for kind, minutes in (("summary", 10), ("post", 11)):
        summary = judge(held, post(lead, kind=kind, minutes=minutes))
        assert summary.relation == "excerpt"
        assert summary.related_to in (ferry.post_id, quake.post_id)
        assert (summary.story_id, summary.story_seq) == (story_id(summary.post_id, summary.revision), 1)


@pytest.mark.parametrize("kind", ["summary", "notice"])
def test_summary_of_a_later_fetch_repeats_the_earlier_one_and_is_no_candidate_for_posts(
    kind: PostKind,
) -> None:
    held = state()
    first = judge(held, post(FERRY, kind=kind))
    same = judge(held, post(FERRY, kind=kind, minutes=60))
    changed = judge(held, post(FERRY.replace("70", "84"), kind=kind, minutes=120))
    report = judge(held, post(FERRY, minutes=180))
    assert (same.relation, same.related_to, same.story_seq) == ("exact", first.post_id, 2)
    assert (changed.relation, changed.story_id, changed.story_seq) == ("update", first.story_id, 3)
    assert (report.relation, report.story_seq) == ("new", 1)


def test_correction_of_a_post_that_was_never_seen_is_new() -> None:
    notice = "Correction: the bus in which six people died near Arusha was on its way from Tanga, not to it."
    verdict = later(post(FERRY), post(notice, source="globe", minutes=30))
    assert (verdict.relation, verdict.story_seq) == ("new", 1)


def test_a_post_judged_before_gets_the_same_bytes_and_changes_nothing() -> None:
    held = state()
    first = judge(held, post(FERRY, native_id="1"))
    second = judge(held, post(FERRY.replace("70", "84"), native_id="2", minutes=5))
    assert encode(judge(held, post(FERRY, native_id="1"))) == encode(first)
    assert judge(held, post("Other words.", native_id="2", minutes=5)).relation == second.relation
    assert judge(held, post(QUAKE, native_id="3", minutes=9)).story_seq == 1
    assert judge(held, post(FERRY, native_id="4", minutes=10)).story_seq == 3


def test_same_event_in_other_words_joins_the_story_and_takes_the_next_number() -> None:
    first, second = judge_batch(
        state(), [post(FERRY, source="savanna"), post(REPORT, source="globe", minutes=300)]
    )
    assert (second.relation, second.reason, second.story_id, second.story_seq) == (
        "new",
        "joins_story",
        first.story_id,
        2,
    )


def test_posts_of_undated_pages_join_stories_of_their_page_alone() -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    undated = {"published_at": None, "event_time": epoch, "fetched_at": epoch}
    one, other = (Origin(document=name, lines=(1, 2)) for name in ("one.txt", "other.txt"))
    texts = (FERRY, REPORT, REPORT)
    ferry, report, elsewhere = judge_batch(
        state(),
        [
            post(text, source=source, origin=origin, **undated)
            for text, source, origin in zip(texts, ("a", "b", "c"), (one, one, other), strict=True)
        ],
    )
    assert report.story_id == ferry.story_id
    assert (elsewhere.relation, elsewhere.story_id) == ("exact", ferry.story_id)
    alone = later(post(FERRY, origin=one, **undated), post(REPORT, source="c", origin=other, **undated))
    assert (alone.relation, alone.story_seq) == ("new", 1)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(
            FERRY,
            "Pemba has banned plastic bags. Shopkeepers get six weeks to sell what they hold.",
            id="one name in common",
        ),
        pytest.param(
            "Quake of magnitude 6.1 shakes northern Peru. No deaths are reported from Cajamarca.",
            "Quake of magnitude 6.3 shakes northern Honshu. No deaths are reported from Aomori.",
            id="the same kind of event in another place",
        ),
        pytest.param(
            "Los maestros de Oaxaca siguen en huelga por el salario. Según el sindicato, 1200 escuelas "
            "cerraron.",
            "Un tren de carga descarriló en el norte de Chile. Según la empresa, el tráfico sigue cortado "
            "por los daños en la vía.",
            id="function words of another language",
        ),
    ],
)
def test_events_that_share_a_few_words_are_stories_of_their_own(first: str, second: str) -> None:
    assert later(post(first), post(second, source="globe", minutes=30)).story_seq == 1


TALKS = (
    "Fishing quota talks between Norway and the Faroe Islands broke up in Bergen on Tuesday over mackerel. "
    "Norway's fisheries minister Ingrid Solheim said that the Faroese demand for a third of the catch could "
    "not be met. The chief negotiator in Torshavn, Jogvan Dam, said that his side had gone as far as it "
    "could. Boats of both sides may fish by last year's rules until the end of April, and scientists in "
    "Copenhagen have asked for a cut of a fifth."
)


@pytest.mark.parametrize(
    ("body", "relation"),
    [
        pytest.param(
            "No deal on mackerel: the delegations of Norway and the Faroe Islands left Bergen without a "
            "quota agreement. Ingrid Solheim, the Norwegian fisheries minister, called the Faroese "
            "claim to a third of the mackerel catch out of reach, while negotiator Jogvan Dam told "
            "reporters in Torshavn that nothing was left to give. Last year's rules hold through April. "
            "Scientists in Copenhagen want a fifth less mackerel to be caught.",
            "update",
            id="the same cast",
        ),
        pytest.param(
            "Mackerel boats from Iceland may land their catch in Norway again, the fisheries "
            "directorate in Bergen said after a month in which harbours had been shut to them. The "
            "skipper of the Hafnarey, Gudrun Palsdottir, said on the quay of Alesund that she had lost "
            "two trips. The quota dispute with the Faroe Islands goes on, and the price of mackerel at "
            "the auctions rose again by a tenth.",
            "new",
            id="other people",
        ),
    ],
)
def test_retelling_in_other_words_has_the_cast_of_the_first(body: str, relation: str) -> None:
    first = post(TALKS)
    verdict = later(first, post(body, source="globe", minutes=200))
    assert (verdict.relation, verdict.related_to) == (relation, first.post_id if relation != "new" else None)


def test_posts_out_of_order_and_out_of_the_window_are_judged() -> None:
    held = state(window=timedelta(days=1))
    now, old, same_old = judge_batch(
        held,
        [
            post(QUAKE),
            post(FERRY, native_id="1", minutes=-5 * 1440),
            post(FERRY, native_id="2", minutes=-5 * 1440 + 10),
        ],
    )
    assert (now.relation, old.relation, same_old.relation) == ("new", "new", "exact")
    assert judge(held, post(QUAKE, native_id="9", minutes=3 * 1440)).relation == "new"


def test_a_clock_ahead_of_its_time_does_not_empty_the_window() -> None:
    held = state()
    judge(held, post(FERRY, native_id="1"))
    judge(held, post(QUAKE, native_id="2", event_time=post("").event_time + timedelta(days=900)))
    assert judge(held, post(FERRY, native_id="3", source="globe", minutes=5)).relation == "exact"


def test_the_oldest_posts_go_when_there_are_too_many() -> None:
    held = state(max_posts=3)
    judge_batch(
        held, [post(f"{word} {QUAKE}", native_id=word) for word in ("one", "two", "three", "four", "five")]
    )
    assert len(held.rows) == 3
