"""The lexicon files speak for the right category, and mistakes in them are refused by name."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from agents.classification.category.lexicon import CATEGORIES, EVENT_TYPES, Lexicon, load_lexicon
from agents.classification.category.scan import counts, cue_bit, scan
from agents.classification.evidence import Evidence, weigh
from agents.classification.files import FILES
from agents.classification.language.inflections import Inflections, noun_forms, verb_forms
from agents.classification.language.text import analyse
from agents.data_files import DataFileError


def _groups() -> list[tuple[str, dict[str, Any]]]:
    files = [
        yaml.safe_load((FILES.shipped / name).read_text("utf-8")) for name in FILES.names_in("lexicon", None)
    ]
    return [(content["category"], group) for content in files for group in content["groups"]]


EXAMPLES = [(category, text) for category, group in _groups() for text in group["examples"]]
COUNTER_EXAMPLES = [
    (category, group["name"], text)
    for category, group in _groups()
    for text in group.get("counter_examples", ())
]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


def evidence_of(lexicon: Lexicon, body: str, headline: str | None = None) -> Evidence:
    text = analyse(headline, body)
    return weigh(lexicon, text, scan(lexicon, text))


def weights(evidence: Evidence) -> list[float]:
    return [sum(zones) for zones in zip(*evidence.categories, strict=True)]


def weight(evidence: Evidence, category: str) -> float:
    return weights(evidence)[CATEGORIES.index(category)]


@pytest.mark.parametrize(("category", "example"), EXAMPLES)
def test_an_example_of_a_group_speaks_for_its_category(lexicon: Lexicon, category: str, example: str) -> None:
    total = weights(evidence_of(lexicon, example))
    assert CATEGORIES[total.index(max(total))] == category


@pytest.mark.parametrize(("category", "group", "example"), COUNTER_EXAMPLES)
def test_no_term_of_a_group_counts_in_its_counter_examples(
    lexicon: Lexicon, category: str, group: str, example: str
) -> None:
    found = scan(lexicon, analyse(None, example))
    hits = [(hit, number) for hit in found.hits for number in lexicon.meanings[hit.pattern].groups]
    counted = [
        lexicon.patterns[hit.pattern]
        for hit, number in hits
        if lexicon.groups[number].name == group
        and CATEGORIES[lexicon.groups[number].category] == category
        and counts(lexicon.groups[number], found, hit.sentence)
    ]
    assert counted == []


def test_every_category_and_event_type_has_terms(lexicon: Lexicon) -> None:
    assert {group.category for group in lexicon.groups} == set(range(len(CATEGORIES)))
    assert {event for meaning in lexicon.meanings for event, _ in meaning.events} == set(
        range(len(EVENT_TYPES))
    )


def test_the_headline_weighs_more_than_the_end_of_the_post(lexicon: Lexicon) -> None:
    filler = " ".join(["The wind was light."] * 8)
    top = evidence_of(lexicon, filler, "Earthquake shakes the coast")
    end = evidence_of(lexicon, f"{filler} Earthquake shakes the coast.", "Evening notes")
    assert weight(top, "disaster") > weight(end, "disaster")


def test_words_in_quotation_marks_weigh_less(lexicon: Lexicon) -> None:
    plain = evidence_of(lexicon, "Rebels overran the garrison.")
    quoted = evidence_of(lexicon, "He said: “Rebels overran the garrison.”")
    assert weight(plain, "combat") > weight(quoted, "combat")


def test_an_attack_that_only_could_happen_is_posture(lexicon: Lexicon) -> None:
    done = evidence_of(lexicon, "The army carried out air strikes on the port.")
    possible = evidence_of(lexicon, "The army threatened to carry out air strikes on the port.")
    assert weight(done, "posture") < weight(possible, "posture")
    assert weight(done, "strike") > weight(possible, "strike")


def test_news_of_long_ago_weighs_less(lexicon: Lexicon) -> None:
    now = evidence_of(lexicon, "The flood destroyed the mill.")
    then = evidence_of(lexicon, "Years ago the flood destroyed the mill.")
    assert weight(now, "disaster") > weight(then, "disaster")


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Nurses went on strike over pay.", "protest"),
        ("A drone strike hit the depot.", "strike"),
        ("The striker scored twice and the goalkeeper was beaten in the second half.", "other"),
        ("Shares crashed and bond yields rose.", "economy"),
        ("A plane crashed shortly after take-off.", "accident"),
        ("Soldiers opened fire on the crowd.", "attack"),
        ("Both sides agreed to a ceasefire.", "peace"),
        ("A wildfire burned 900 hectares.", "disaster"),
    ],
)
def test_ambiguous_words_are_told_apart_by_their_company(lexicon: Lexicon, text: str, category: str) -> None:
    total = weights(evidence_of(lexicon, text))
    assert CATEGORIES[total.index(max(total))] == category


def test_an_idiom_hides_the_words_in_it(lexicon: Lexicon) -> None:
    assert weight(evidence_of(lexicon, "The party won by a landslide."), "disaster") == 0


def test_a_term_behind_a_hyphen_is_another_word(lexicon: Lexicon) -> None:
    plain = scan(lexicon, analyse(None, "ceasefire")).hits
    compound = scan(lexicon, analyse(None, "post-ceasefire")).hits
    assert len(plain) == 1
    assert compound == []


def test_cues_are_kept_by_sentence(lexicon: Lexicon) -> None:
    found = scan(lexicon, analyse(None, "The mayor said so. It rained."))
    assert [bool(bits & cue_bit("claim")) for bits in found.cues] == [True, False]


@pytest.mark.parametrize(
    ("noun", "forms"),
    [("truce", ["truce", "truces"]), ("clash", ["clash", "clashes"]), ("rally", ["rally", "rallies"])],
)
def test_plurals(noun: str, forms: list[str]) -> None:
    assert noun_forms(Inflections({}, {}), noun) == forms


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("shell", ["shell", "shells", "shelled", "shelling"]),
        ("accuse", ["accuse", "accuses", "accused", "accusing"]),
        ("deny", ["deny", "denies", "denied", "denying"]),
        ("ban", ["ban", "bans", "banned", "banning"]),
        ("call on", ["call on", "calls on", "called on", "calling on"]),
    ],
)
def test_verb_forms(verb: str, forms: list[str]) -> None:
    assert verb_forms(Inflections({}, {}), verb) == forms


def _desk(tmp_path: Path, content: str) -> Path:
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "lexicon" / "strike.yaml").write_text(content, encoding="utf-8")
    return tmp_path


GROUP = "category: strike\ngroups:\n  - {{name: one, weight: 3, examples: [x], {0}}}\n"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("terms: [Shelling]", "'Shelling' is never found"),
        ("terms: [shelling], when: [moonlight]", "no scene 'moonlight'"),
        ("terms: [midfielder], unless: [sport]", "it sets sport itself"),
        ("terms: [shelling], colour: red", "colour"),
        (
            "terms: [shelling]}\n  - {name: two, weight: 1, examples: [x], terms: [shelling]",
            "stands in 'one'",
        ),
    ],
)
def test_mistakes_in_a_lexicon_file_are_named(tmp_path: Path, entry: str, message: str) -> None:
    with pytest.raises(DataFileError, match=message):
        load_lexicon(_desk(tmp_path, GROUP.format(entry)))


def test_a_desk_replaces_one_file_and_the_version_changes(tmp_path: Path, lexicon: Lexicon) -> None:
    own = load_lexicon(_desk(tmp_path, GROUP.format("terms: [frobnication]")))
    assert "frobnication" in own.patterns
    assert "earthquake" in own.patterns
    assert own.version != lexicon.version
