"""Posts that are alike: one event or several of a kind, the same news or the next, and what is corrected."""

import pytest

from agents.dedup.judge import judge_batch
from schemas.ids import story_id
from schemas.posts import JudgedPost, RawPost
from tests.dedup.posts import FERRY, post, state


def later(first: RawPost, second: RawPost) -> JudgedPost:
    return judge_batch(state(), [first, second])[1]


@pytest.mark.parametrize(
    ("first", "second", "one"),
    [
        pytest.param(
            "A ferry sank off Zanzibar, 3 dead.", "Zanzibar ferry disaster: toll hits 24.", True, id="place"
        ),
        pytest.param(
            "Magnitude 6.2 earthquake hits northern Japan",
            "6.2-magnitude quake strikes off Hokkaido",
            True,
            id="a land and a place in it",
        ),
        pytest.param(
            "Magnitude 5.9 earthquake hits Izmit", "Magnitude 6.2 earthquake hits Kobe", False, id="figures"
        ),
        pytest.param(
            "Earthquake shakes northern Japan", "Earthquake shakes central Chile", False, id="countries"
        ),
        pytest.param(
            "Wildfire near Marseille forces hundreds from their homes",
            "Wildfire near Athens forces hundreds from their homes",
            False,
            id="the same of another town",
        ),
        pytest.param(
            "Magnitude 5.1 earthquake hits Izmir in western Turkey",
            "Magnitude 5.6 earthquake hits Van in eastern Turkey",
            False,
            id="towns of one country",
        ),
        pytest.param(
            "Minibus plunges into canal in Minya, Egypt, killing nine",
            "Minibus plunges into canal in Sohag, Egypt, killing 11",
            False,
            id="a template",
        ),
    ],
)
def test_short_posts_of_one_kind_are_one_story_only_when_they_are_of_one_place(
    first: str, second: str, one: bool
) -> None:
    earlier = post(first, source="savanna")
    verdict = later(earlier, post(second, source="northwire", minutes=20))
    assert (verdict.story_id == story_id(earlier.post_id, earlier.revision)) == one


def test_correction_speaks_of_the_post_with_the_figure_that_it_names() -> None:
    tolls = [
        post(f"{toll} people were killed in the Kharkiv strike, officials said.", native_id=toll, minutes=at)
        for at, toll in enumerate(("Three", "Twelve", "Five"))
    ]
    *_, verdict = judge_batch(
        state(), [*tolls, post("Correction: 9 people died in the strike on Kharkiv, not 12.", minutes=30)]
    )
    assert (verdict.relation, verdict.related_to) == ("correction", tolls[1].post_id)


@pytest.mark.parametrize(("source", "target"), [("savanna", 0), ("northwire", 1)])
def test_correction_speaks_rather_of_a_post_of_its_own_publisher(source: str, target: int) -> None:
    first = post("Twelve people were killed in the Kharkiv strike, officials said.", source="savanna")
    second = post("Strike on Kharkiv kills twelve, say officials.", source="northwire", minutes=5)
    text = "Correction: 9 people died in the strike on Kharkiv, not 12."
    *_, verdict = judge_batch(state(), [first, second, post(text, source=source, minutes=30)])
    assert verdict.related_to == (first, second)[target].post_id


LOSSES = (
    "The junta said on {} that its troops had killed {} rebels around {} in Kayah state in the past day, "
    "destroyed {} positions and taken {} rifles. The rebels did not comment. Neither figure can be checked."
)


def test_a_template_that_two_stories_have_in_common_is_no_roundup() -> None:
    *_, verdict = judge_batch(
        state(),
        [
            post(LOSSES.format("Saturday", 41, "Hpasawng", "two", 16), native_id="1"),
            post(LOSSES.format("Sunday", 28, "Demoso", "six", 9), native_id="2", minutes=1440),
            post(LOSSES.format("Monday", 33, "Mese", "three", 20), native_id="3", minutes=2880),
        ],
    )
    assert verdict.relation == "new"


BUDGET = (
    "The finance minister, Hollis Parata, froze most benefits for two years and raised military spending by "
    "4.1 billion dollars in a budget presented on Thursday. No new roads will be built before the end of "
    "next year, he told parliament in Wellington. The deficit is put at 2.8 percent of output. The "
    "opposition called it the meanest budget since 1991."
)


@pytest.mark.parametrize(
    ("body", "relation"),
    [
        (
            "Welfare payments stay where they are for two years while the army gets 4.1 billion dollars "
            "more, and roads have to wait, under the plan that Hollis Parata laid before parliament as "
            "minister of finance. He expects a "
            "deficit of 2.8 percent. It is the meanest budget since 1991, say his opponents.",
            "update",
        ),
        (
            "Finance minister Hollis Parata said on television that a tax on gains would not come while "
            "he was in office. Asked about a report of treasury officials that recommends one, he said that "
            "advisers advise and ministers decide. Houses have become cheaper by 6 percent in a year.",
            "new",
        ),
    ],
    ids=["the same figures", "the same speaker"],
)
def test_retelling_of_some_length_gives_the_same_figures(body: str, relation: str) -> None:
    first = post(BUDGET)
    verdict = later(first, post(body, source="globe", minutes=50))
    assert (verdict.relation, verdict.related_to) == (
        relation,
        first.post_id if relation == "update" else None,
    )


@pytest.mark.parametrize(
    "credit", ["(Delta Wire) ", "TANGA (Delta Wire) - ", "Tanga, Nov 12 (Delta Wire) - "]
)
def test_agency_credit_or_dateline_is_no_news(credit: str) -> None:
    first = post(FERRY)
    verdict = later(first, post(credit + FERRY, source="globe", minutes=20))
    assert (verdict.relation, verdict.related_to) == ("repost", first.post_id)
