"""What is known of a story: its ledger of casualties, its outlets, its disputes, and how much is kept."""

from typing import Any

import pytest

from agents.alerting.rulings.engine import take_event, take_judged
from agents.alerting.stories.older import MAX_CONTRIBUTIONS
from schemas.codec import encode
from schemas.events import EnrichedEvent
from schemas.posts import JudgedPost
from schemas.stories import Story
from schemas.story_state import StoryState
from tests.alerting.builders import announcement, desk, event, judged, killed, place


def after(*items: EnrichedEvent | JudgedPost) -> StoryState:
    state: StoryState | None = None
    for item in items:
        if isinstance(item, EnrichedEvent):
            state = take_event(desk(), take_judged(desk(), state, announcement(item)).state, item).state
        else:
            state = take_judged(desk(), state, item).state
    assert state is not None
    return state


def story(*items: EnrichedEvent | JudgedPost) -> Story:
    found = after(*items).story
    assert found is not None
    return found


def figures(found: Story) -> tuple[int | None, int | None, int | None]:
    ledger = found.casualties["killed"]
    return ledger.min, ledger.max, ledger.latest


def denial(name: str = "Kyiv") -> dict[str, Any]:
    return {
        "attributions": [{"name": name, "stance": "denies", "span": [0, 4]}],
        "headline": "Headline 2", "status": "disputed", "source": "other",
    }  # fmt: skip


def correction(seq: int, of: str, *rows: dict[str, Any], **fields: Any) -> EnrichedEvent:
    return event(seq, relation="correction", related_to=of, correction=True, casualties=list(rows), **fields)


def test_the_ledger_has_the_newest_claim_of_each_claimant_by_the_time_of_what_is_said() -> None:
    found = story(
        event(1, casualties=[killed(3, claimed_by="police")]),
        event(2, casualties=[killed(12, claimed_by="governor")], source="other"),
        event(3, minutes=15, casualties=[killed(4, claimed_by="governor")], source="third"),
        event(4, casualties=[killed(5, claimed_by="police")]),
    )
    assert figures(found) == (5, 12, 5)
    assert [(one.claimed_by, one.min) for one in found.casualties["killed"].claims] == [
        ("governor", 12),
        ("police", 5),
    ]


def test_an_outlet_that_quotes_an_earlier_figure_is_behind_and_one_that_quotes_a_new_one_is_not() -> None:
    posts = [
        event(1, casualties=[killed(5, claimed_by="officials")]),
        event(2, casualties=[killed(12, claimed_by="officials")], source="other"),
    ]
    assert figures(story(*posts, event(3, casualties=[killed(5, claimed_by="officials")]))) == (12, 12, 12)
    assert figures(story(*posts, event(3, casualties=[killed(9, claimed_by="officials")]))) == (9, 9, 9)


def test_a_correction_takes_back_what_the_corrected_post_claimed_and_only_cites_it() -> None:
    found = story(
        event(1, casualties=[killed(12, claimed_by="governor")]),
        correction(2, "p1", killed(9, claimed_by="governor's office"), killed(12, claimed_by="post")),
    )
    assert figures(found) == (9, 9, 9)


def test_a_correction_takes_the_same_figure_of_the_same_claimant_from_other_posts_and_no_other_one() -> None:
    found = story(
        event(1, casualties=[killed(12, claimed_by="governor")]),
        event(2, casualties=[killed(12, claimed_by="governor")], source="other"),
        event(3, casualties=[killed(11, claimed_by="hospital")], source="third"),
        correction(4, "p1", killed(9, claimed_by="governor")),
    )
    assert [(one.claimed_by, one.min) for one in found.casualties["killed"].claims] == [
        ("hospital", 11),
        ("governor", 9),
    ]


def test_an_outlet_corrects_and_takes_back_its_own_words() -> None:
    posts = [
        event(1, casualties=[killed(4, claimed_by="police")]),
        event(2, casualties=[killed(8, claimed_by="hospital")], source="other"),
    ]
    found = story(*posts, correction(3, "p1", killed(5), killed(8), source="other"))
    assert [(one.claimed_by, one.min) for one in found.casualties["killed"].claims] == [
        ("police", 4),
        ("other", 5),
    ]
    assert story(*posts, event(3, relation="retraction", related_to="p1", source="other")).outlets == [
        "agency"
    ]


KHARKIV = place("Kharkiv", "UA", 49.99, 36.23)
ODESA = place("Odesa", "UA", 46.48, 30.73)


@pytest.mark.parametrize(
    ("rows", "places", "expected"),
    [
        ([killed(7)], [ODESA], ["Odesa"]),
        ([killed(7)], [ODESA, KHARKIV], ["Odesa"]),
        ([killed(5)], [KHARKIV], ["Kharkiv"]),
        ([killed(5)], [], ["Kharkiv"]),
    ],
    ids=["another place", "not this place but that", "other figures", "no place"],
)  # fmt: skip
def test_a_correction_takes_a_place_away_that_it_names_another_one_for(
    rows: list[dict[str, Any]], places: list[dict[str, Any]], expected: list[str]
) -> None:
    found = story(
        event(1, casualties=[killed(7)], places=[KHARKIV]), correction(2, "p1", *rows, places=places)
    )
    assert [one.name for one in found.places] == expected


def test_who_denies_is_no_outlet_of_the_story_and_makes_it_disputed() -> None:
    found = story(event(1), event(2, **denial()), judged(3, "repost", source="third", related_to="p2"))
    assert (found.outlets, found.status) == (["agency"], "disputed")
    assert [(one.field, one.claims) for one in found.contradictions] == [
        ("claim", ["agency: says", "Kyiv: denies"])
    ]


def test_a_lower_figure_of_another_post_contradicts_and_one_of_the_same_post_is_of_a_part() -> None:
    rows = [killed(9, 9, "the governor"), killed(2, 2, "the mayor")]
    together = story(event(1, casualties=rows))
    apart = story(event(1, casualties=rows[:1]), event(2, casualties=rows[1:]))
    assert together.contradictions == []
    assert [one.claims for one in apart.contradictions] == [["the governor: 9", "the mayor: 2"]]


def test_the_latest_figure_is_the_highest_that_the_newest_post_gives() -> None:
    first = event(1, casualties=[killed(9, 9, "the governor")])
    newest = event(2, casualties=[killed(12, 12, "the ministry"), killed(2, 2, "the mayor")])
    found = story(first, newest).casualties["killed"]
    assert (found.min, found.max, found.latest) == (2, 12, 12)


def test_more_denials_are_the_same_dispute() -> None:
    found = story(event(1), event(2, **denial()), event(3, **denial("the army")))
    assert len(found.contradictions) == 1


def test_a_denial_alone_is_no_contradiction() -> None:
    found = story(event(1, **denial()))
    assert (found.contradictions, found.status, found.outlets) == ([], "disputed", [])


def test_a_repeat_of_what_is_taken_back_counts_no_longer() -> None:
    posts = [event(1), judged(2, "exact", source="other", related_to="p1")]
    assert story(*posts).outlets == ["agency", "other"]
    assert story(*posts, event(3, relation="retraction", related_to="p1")).outlets == []


def test_an_outlet_that_retracts_its_first_report_takes_back_what_it_built_on_it() -> None:
    posts = [event(1), event(2, source="other"), event(3, casualties=[killed(3)])]
    found = story(*posts, event(4, relation="retraction", related_to="p1"))
    assert (found.outlets, found.casualties) == (["other"], {})
    found = story(*posts, event(4, relation="retraction", related_to="p3"))
    assert (found.outlets, found.casualties) == (["agency", "other"], {})


def test_a_late_post_adds_no_facts() -> None:
    first = after(event(1))
    old = event(2, minutes=-20 * 24 * 60, casualties=[killed(30)], source="other")
    state = take_judged(desk(), first, announcement(old, event(1).event_time)).state
    found = take_event(desk(), state, old).state.story
    assert found is not None
    assert (found.casualties, found.outlets, found.posts) == ({}, ["agency"], 2)


def test_a_story_of_many_posts_keeps_its_facts_and_outlets_in_bounded_space() -> None:
    first = event(1, source="first", casualties=[killed(12, claimed_by="governor")], places=[KHARKIV])
    few = after(first, *(event(n, source=f"s{n}") for n in range(2, MAX_CONTRIBUTIONS + 1)))
    many = after(first, *(event(n, source=f"s{n % 150}") for n in range(2, 6 * MAX_CONTRIBUTIONS)))
    assert many.story is not None
    assert many.story.folded == 5 * MAX_CONTRIBUTIONS - 1
    assert len(many.contributions) == MAX_CONTRIBUTIONS
    assert len(many.story.outlets) == 151
    assert figures(many.story) == (12, 12, 12)
    assert [one.name for one in many.story.places] == ["Kharkiv"]
    assert many.story.title == "Headline 1"
    assert len(encode(many)) < 1.2 * len(encode(few))
