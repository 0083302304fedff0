"""Places of sentences from all sorts of news, one a line: names with country and role, a bar, the text.

``Name CC`` is a place with that country (``--`` for none), ``*`` marks the role where, ``!`` the role said;
``-`` is no place. A headline ends with `` || ``.
"""

import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.classification.language.text import analyse
from agents.classification.language.tokens import tokenise
from agents.classification.places.find import Gazetteer, find_places, load_gazetteer
from schemas.events import Place

_MARK = {"*": "where", "!": "said"}

RESOLVED = """
Dnipro UA | A missile hit a block of flats in Dnipro.
Kherson UA | Two people died in the Kherson region.
Gaines County US, Texas US | Gaines County, Texas, has most of the cases.
Artyomovsk UA, Donetsk UA | Shells fell on Artyomovsk in the Donetsk region.
Tripoli LB, Lebanon LB | Soldiers were sent to Tripoli in Lebanon.
Tripoli LY, Libya LY | Soldiers were sent to Tripoli in Libya.
Savannah US, Georgia US | The school is in Savannah, Georgia.
Zugdidi GE, Georgia GE | The road to Zugdidi in western Georgia is cut.
Birmingham US, Alabama US | A bus burned in Birmingham, Alabama.
Birmingham GB | A bus burned in Birmingham on Friday.
Richmond US, Kentucky US | The court of Richmond, Kentucky, heard the case.
Rostov-on-Don RU, Russia RU | A train left Rostov-on-Don in southern Russia.
Khan Younis PS, Gaza Strip PS | Families fled Khan Younis in the Gaza Strip.
El Fasher SD, North Darfur SD | El Fasher is the capital of North Darfur.
Deir al-Balah PS, Gaza PS | Traces were found in Deir al-Balah in Gaza.
Black Sea --, Odesa UA | A ship left Odesa for the Black Sea.
Russia RU, Ukraine UA | The Russia-Ukraine conflict goes on.
Cox's Bazar BD | Fire swept through a camp in Cox's Bazar.
New York US | Stocks fell in New York.
Hong Kong HK, Dubai AE | Firms in Dubai and Hong Kong are named.
Netherlands NL | The Netherlands will send tanks.
U.S. US | Storms hit parts of the U.S. overnight.
Manisa TR | Manisa'da fabrika yangını kontrol altında.
Valparaiso CL, Chile CL | Un sismo leve en Valparaiso, Chile.
Port-au-Prince HT, Dar es Salaam TZ | Ships left Dar es Salaam and Port-au-Prince's harbour.
Ceel Buur SO, Galgaduud SO | Troops retook Ceel Buur (Galgaduud) at dawn.
Boni ML, Mopti ML | A bus was stopped near Boni (Mopti).
Jos NG, Plateau NG | Traders in Jos (Plateau state) shut their stalls.
Unity SS | Cattle were taken in Unity state.
Tapoa --, Pinjar -- | Patrols left the Tapoa province and the Pinjar forest.
Kwata -- | Men on motorbikes raided Kwata village.
Paletwa -- | An outpost near Paletwa was lost.
Georgia US, Atlanta US | Georgia's secretary of state told voters in Atlanta to wait.
Georgia GE, Tbilisi GE | Georgia's secretary of state told voters in Tbilisi to wait.
Bossier Parish US, Louisiana US | A storm crossed Bossier Parish in northwest Louisiana.
Van TR, Ankara TR | The mayor of Van was tried in Ankara.
Caracas VE | Half of Caracas has no water.
Maputo MZ | Troops were posted at every crossroads of Maputo.
Dakar SN, Ziguinchor SN | Ferries between Dakar and Ziguinchor stay in port.
Cobb County US | A recount in Cobb County changed nothing.
Miami US, Nassau BS | The ferry left Miami for Nassau.
Mexico City MX | It was felt as far as Mexico City.
"""

NO_PLACE = """
- | Mr. Jordan said that the ambassador spoke of human rights.
- | Last week Paris Hilton and Kamala Harris were talking with Sarah Houston.
- | The Boston Globe, the Washington Post and the Moscow Times wrote about it.
- | A Bank of England economist and a Manchester United fan agreed.
- | Moscow says that Kyiv must decide. Washington denied it.
- | Relations with Beijing are bad, and aid for Kyiv is late.
- | US forces, UK officials and a U.S. senator were there.
- | Russian and Ukrainian troops met Turkish officials.
- | The Minsk agreement and the Istanbul peace initiative failed.
- | NATO and the UN met; WHO staff did too.
- | The Moscow-backed mayor left.
- | Police said that the car was mobile. Most people were reading.
- | Austin said it. Sullivan added nothing. Lincoln replied.
- | Border attack repelled – Moscow || The ministry said so.
- | They met in March and may do so again in May.
- | Gulf states and a Baltic bank disagreed.
- | Half of Moscow's battle groups have left, and aid left for Kyiv's use.
- | He is an ally of Moscow, and Brussels lifted its tariffs.
- | The Norwalk virus and the Marburg fever are back. He spoke in English.
- | We state that the Kurdish district and a Fulani village agree.
- | An invasion was near. "You could not," he said near Shiite positions.
"""

ROLES = """
Kharkiv UA* | Drones struck a house in Kharkiv. Nobody was hurt.
LIMA PE!, Chachapoyas PE*, Peru PE* | LIMA (Agency) - A quake cracked walls in Chachapoyas in northern Peru.
KHARKIV UA* | KHARKIV — explosions heard, stay in shelters.
Finland FI*, Russia RU | Finland closes border crossings with Russia || The crossings stay shut.
Brussels BE*, Ukraine UA | Ministers spoke of aid to Ukraine at a press conference in Brussels.
Linz AT*, Graz AT | Correction: Blast in Linz || The blast was in Linz, not in Graz as we reported.
Linz AT*, Graz AT | Correction: Graz blast || The blast that hurt two was in Linz and not Graz, police said.
Antwerp BE*, Belgium BE*, Essen DE, Germany DE | A mill in Antwerp, Belgium, burned and not in Essen, Germany.
Graz AT, Linz AT* | Correction: we reported earlier that the blast was in Graz. It was in Linz, police said.
Izmir TR* | Correction: an earlier post said 12 people were killed in Izmir. Police now say nine died.
Odesa UA*, Kyiv UA | Two drones fell in Odesa rather than in Kyiv.
Odesa UA*, Kyiv UA* | Drones fell in Odesa, and not only in Kyiv.
Berdyansk UA*, Sea of Azov -- | Shells hit Berdyansk. It lies far from the Sea of Azov.
"""

EMPTY = ["", "\n", "...", "'", "-", "’s", "a", "A", "\u0130", "of the"]


@cache
def gazetteer() -> Gazetteer:
    return load_gazetteer()


def places_of(line: str) -> list[Place]:
    headline, _, body = line.rpartition(" || ")
    text = analyse(headline or None, body)
    return find_places(gazetteer(), text, tokenise(text))


def table(lines: str) -> list[tuple[str, str]]:
    rows = [line.split(" | ", 1) for line in lines.strip().splitlines()]
    return [(expected, text) for expected, text in rows]


@pytest.mark.parametrize(("expected", "text"), table(RESOLVED))
def test_names_are_found_and_resolved(expected: str, text: str) -> None:
    found = sorted(f"{place.name} {place.country or '--'}" for place in places_of(text))
    assert found == sorted(expected.split(", "))


@pytest.mark.parametrize(("expected", "text"), table(NO_PLACE))
def test_people_organisations_governments_and_adjectives_are_no_places(expected: str, text: str) -> None:
    assert expected == "-"
    assert [place.name for place in places_of(text)] == []


@pytest.mark.parametrize(("expected", "text"), table(ROLES))
def test_roles(expected: str, text: str) -> None:
    wanted = {}
    for item in expected.split(", "):
        match = re.fullmatch(r"(.+) (\w\w|--)([*!]?)", item)
        assert match is not None
        wanted[match[1]] = _MARK.get(match[3], "mentioned")
    assert {place.name: place.role for place in places_of(text)} == wanted


def test_unknown_villages_are_named_with_the_only_country_of_the_post() -> None:
    found = places_of("Troops took the villages of Qwertyivka and Asdfove in Ukraine.")
    assert [(place.name, place.country, place.lat) for place in found][:2] == [
        ("Qwertyivka", "UA", None),
        ("Asdfove", "UA", None),
    ]


def test_one_place_for_each_thing_named() -> None:
    found = places_of(
        "The United States said so. The US is ready, the United States added, and so is Kyiv Oblast."
    )
    assert [place.name for place in found].count("United States") == 1
    assert "US" not in [place.name for place in found]


def test_a_town_is_filled_in() -> None:
    (place,) = places_of("A drone fell in Zaporizhzhia.")
    assert (place.geoname_id, place.country, place.admin1) == (687700, "UA", "Zaporizhzhia Oblast")
    assert place.lat == pytest.approx(47.85, abs=0.1)
    assert place.lon == pytest.approx(35.12, abs=0.1)


@pytest.mark.parametrize("body", EMPTY)
def test_text_without_words_has_no_places(body: str) -> None:
    assert places_of(body) == []


NAMES = [
    "Kyiv",
    "Russia",
    "the",
    "of",
    "US",
    "said",
    "in",
    ",",
    ".",
    "-",
    "'s",
    "KHARKIV",
    "Paris",
    "Mr",
    "\n",
    "— ",
    "al-Bab",
]


@given(st.lists(st.sampled_from(NAMES) | st.text(max_size=6), max_size=30), st.sampled_from([" ", ""]))
@settings(max_examples=200, deadline=None)
def test_spans_point_at_the_names(words: list[str], glue: str) -> None:
    text = analyse("Kyiv hit", glue.join(words))
    for place in find_places(gazetteer(), text, tokenise(text)):
        start, end = place.span
        assert text.raw[start:end] == place.name


@pytest.mark.parametrize(
    "piece", ["Kyiv ", "KYIV, ", "in Russia-", "of the Of ", "villages of X and ", "US "]
)
def test_long_text_takes_linear_time(piece: str) -> None:
    text = analyse(None, piece * (64_000 // len(piece)))
    assert len(find_places(gazetteer(), text, tokenise(text))) <= 2
