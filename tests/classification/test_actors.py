"""Actors: people, organisations, forces and governments."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.classification.actors.find import ActorGrammar, find_actors, load_actors
from agents.classification.files import FILES
from agents.classification.language.text import analyse
from agents.classification.language.tokens import tokenise
from agents.classification.places.find import Gazetteer, find_places, load_gazetteer

CASES = [
    ("Mayor Igor Terekhov said so.", ["person Igor Terekhov"]),
    ("Foreign ministry spokesman Dmytro Savchuk said so.", ["person Dmytro Savchuk"]),
    ('"We are tired," said Curtis Washington, 52, a driver.', ["person Curtis Washington"]),
    ("Vladimir Rogov said so. Rogov added more.", ["person Vladimir Rogov"]),
    (
        "Dr Samira Bawazir spoke for Doctors Without Borders.",
        ["person Samira Bawazir", "organisation Doctors Without Borders"],
    ),
    ("Hamas and the RSF denied it.", ["force Hamas", "force RSF"]),
    ("Russia's defence ministry said its forces struck.", ["government Russia's defence ministry"]),
    ("Israeli troops entered the town.", ["force Israeli troops"]),
    ("Moscow denied the report.", ["government Moscow"]),
    ("A bomb went off in Moscow.", []),
    ("who said that they were there", []),
    ("Reuters said the plant was shut, according to the BBC.", []),
    ("The bridge is open.\n\n— Elliot Maller", []),
    ("The bridge is open.\n\nJane Doe contributed reporting.", []),
    ("KYIV, Ukraine - The bridge is open.", []),
    ("NATO met. Nato will meet again.", ["organisation NATO"]),
    ("Retailers said prices rose.", []),
]


@cache
def grammar() -> ActorGrammar:
    return load_actors()


@cache
def gazetteer() -> Gazetteer:
    return load_gazetteer()


def actors_of(body: str, headline: str | None = None) -> list[str]:
    text = analyse(headline, body)
    tokens = tokenise(text)
    places = find_places(gazetteer(), text, tokens)
    return [f"{actor.kind} {actor.name}" for actor in find_actors(grammar(), text, tokens, places)]


@pytest.mark.parametrize(("body", "expected"), CASES)
def test_actors_of_sentences(body: str, expected: list[str]) -> None:
    assert actors_of(body) == expected


def examples() -> list[dict[str, Any]]:
    content, _ = FILES.read_yaml("actors.yaml", "actors.schema.json")
    found: list[dict[str, Any]] = content["examples"]
    return found


@pytest.mark.parametrize("example", examples(), ids=lambda example: example["text"][:30])
def test_examples_of_the_data_file(example: dict[str, Any]) -> None:
    assert actors_of(example["text"]) == [f"{actor['kind']} {actor['name']}" for actor in example["actors"]]


def test_no_name_stands_twice() -> None:
    content, _ = FILES.read_yaml("actors.yaml", "actors.schema.json")
    names = [name for actor in content["actors"] for name in actor["names"]]
    assert len(names) == len(set(names))


WORDS = [
    "Mr",
    "Smith",
    "NATO",
    "said",
    ",",
    "Moscow",
    "Russian",
    "army",
    "\n",
    "— ",
    "52",
    ".",
    "'s",
    "al-Qaeda",
    "De",
    "de",
]


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=5), max_size=30), st.sampled_from([" ", ""]))
@settings(max_examples=200, deadline=None)
def test_spans_point_at_the_names(words: list[str], glue: str) -> None:
    text = analyse(None, glue.join(words))
    for actor in find_actors(grammar(), text, tokenise(text), []):
        assert text.raw[actor.span[0] : actor.span[1]] == actor.name
