"""Severity, status and correction follow the words at the top of the post and the figures of the event."""

import pytest

from agents.classification.category.lexicon import Lexicon, load_lexicon
from agents.classification.category.scan import cue_bit, scan
from agents.classification.category.taxonomy import load_taxonomy
from agents.classification.corrections import is_correction
from agents.classification.language.text import analyse
from agents.classification.severity import Facts, Row, facts_of, load_severity, severity_of
from agents.classification.status import status_of
from schemas.events import Casualty, Category, EventType, Severity, Status


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return load_severity()[0]


def killed(count: int, *, current: bool = True) -> Casualty:
    return Casualty(kind="killed", min=count, max=count, current=current, span=(0, 1))


@pytest.mark.parametrize(
    ("casualties", "category", "event_type", "expected"),
    [
        ([killed(12)], "strike", "assault", "extreme"),
        ([killed(2)], "accident", "other", "severe"),
        ([killed(12_000, current=False)], "diplomacy", "consult", "minor"),
        (
            [Casualty(kind="injured", min=4, max=4, current=True, span=(0, 1))],
            "protest",
            "protest",
            "moderate",
        ),
        ([], "protest", "protest", "minor"),
        (
            [Casualty(kind="killed", min=None, max=20, current=True, span=(0, 1))],
            "attack",
            "assault",
            "extreme",
        ),
        ([], "strike", "assault", "moderate"),
        ([], "mil_aid", "aid", "minor"),
        ([], "sanctions", "sanction", "moderate"),
        ([], "sanctions", "request", "minor"),
        ([killed(12)], "peace", "agree", "minor"),
        ([], "politics", "coerce", "moderate"),
        ([], "humanitarian", "aid", "minor"),
        ([], "humanitarian", "other", "moderate"),
        ([], "other", "other", "minor"),
    ],
)
def test_severity_by_figures_and_category(
    lexicon: Lexicon,
    rows: list[Row],
    casualties: list[Casualty],
    category: Category,
    event_type: EventType,
    expected: Severity,
) -> None:
    text = analyse(None, "Nothing in these words matters.")
    facts = facts_of(text, scan(lexicon, text), casualties, category, event_type)
    assert severity_of(rows, facts)[0] == expected


def test_an_imminent_invasion_is_severe_and_an_imminent_deal_is_not(
    lexicon: Lexicon, rows: list[Row]
) -> None:
    text = analyse(None, "Troops could invade within days, the minister said.")
    posture = facts_of(text, scan(lexicon, text), [], "posture", "threaten")
    assert posture.cues & cue_bit("imminent")
    assert severity_of(rows, posture) == ("severe", "invasion or major attack imminent")
    assert severity_of(rows, Facts({}, "economy", "other", posture.cues, posture.cues))[0] == "minor"


def test_a_protest_is_as_severe_as_its_violence(lexicon: Lexicon, rows: list[Row]) -> None:
    for body, expected in (
        ("Nurses marched through the town. They sang.", "minor"),
        ("Nurses marched through the town. Police used tear gas.", "moderate"),
    ):
        text = analyse(None, body)
        facts = facts_of(text, scan(lexicon, text), [], "protest", "protest")
        assert severity_of(rows, facts)[0] == expected


def test_the_row_that_decided_is_named(rows: list[Row]) -> None:
    assert severity_of(rows, Facts({"killed": 10}, "attack", "assault", 0, 0)) == ("extreme", "many killed")


@pytest.mark.parametrize(
    ("headline", "body", "category", "event_type", "expected"),
    [
        ("Drones hit depot", "Two drones hit a depot, the governor said.", "strike", "assault", "claimed"),
        ("Drones hit depot", "Two drones hit a depot. Windows broke.", "strike", "assault", "confirmed"),
        (None, "Two drones hit a depot. Four hurt, says the governor.", "strike", "assault", "claimed"),
        (
            None,
            "The army said it had taken the hill. The claim could not be verified.",
            "combat",
            "assault",
            "unverified",
        ),
        ("Army denies losing hill", "It denied that the hill was lost.", "combat", "reject", "disputed"),
        (None, "Parliament rejected the bill.", "politics", "reject", "confirmed"),
        (
            None,
            "Our reporter saw smoke over the port, which officials said was fog.",
            "accident",
            "other",
            "confirmed",
        ),
        (None, "The ministry announced a ban on imports of steel.", "sanctions", "sanction", "confirmed"),
        (None, "The ministry said that a ban might come.", "sanctions", "threaten", "claimed"),
        (None, "Oslo has asked Riga to open its port.", "diplomacy", "request", "claimed"),
        (None, "“I liked the soup,” said a visitor.", "other", "other", "confirmed"),
    ],
)
def test_status_by_who_says_it(
    lexicon: Lexicon,
    headline: str | None,
    body: str,
    category: Category,
    event_type: EventType,
    expected: Status,
) -> None:
    text = analyse(headline, body)
    assert status_of(text, scan(lexicon, text), category, event_type)[0] == expected


@pytest.mark.parametrize(
    "body",
    [
        "Correction: the name of the river is Tana.",
        "Rain fell.\nCLARIFICATION - the bridge is the old one.",
        "This post has been updated with the number of the injured.",
        "This story was corrected to say that the vote is on Monday.",
        "An earlier version of this report gave the wrong day.",
        "A previous headline misstated the figure.",
    ],
)
def test_a_post_that_corrects_says_so(body: str) -> None:
    assert is_correction(analyse(None, body), "new")


@pytest.mark.parametrize(
    "body",
    [
        "He was sent to a house of correction.",
        "The army updated its list of the missing.",
        "A market correction: shares lost a tenth.",
        "An earlier version of the bill failed.",
        "The minister said that this was updated policy.",
    ],
)
def test_words_that_only_look_like_a_correction(body: str) -> None:
    assert not is_correction(analyse(None, body), "new")


def test_the_dedup_verdict_makes_a_correction() -> None:
    assert is_correction(analyse(None, "The toll is 4."), "correction")


def test_the_taxonomy_holds_all_categories_with_their_other_names() -> None:
    taxonomy = load_taxonomy()
    assert taxonomy.categories["protest"].iptc == ("medtop:20000065",)
    assert taxonomy.categories["strike"].plover == ("ASSAULT",)
    assert all(info.cap and info.definition for info in taxonomy.categories.values())
