"""When a place says more of where something happens than the places that are known."""

from typing import Any

import pytest

from agents.alerting.stories.geography import adds_a_place, is_compatible
from schemas.events import Place, PlaceKind


def place(name: str, kind: PlaceKind | None, country: str | None, **fields: Any) -> Place:
    return Place(name=name, kind=kind, country=country, role="where", span=(0, 1), **fields)


AUSTRIA = place("Austria", "country", "AT", lat=47.3, lon=13.3)
STYRIA = place("Styria", "admin1", "AT", admin1="Styria", lat=47.2, lon=15.0)
JUDENBURG = place("Judenburg", "city", "AT", admin1="Styria", lat=47.17, lon=14.66)
KNITTELFELD = place("Knittelfeld", "city", "AT", admin1="Styria", lat=47.21, lon=14.83)
GRAZ = place("Graz", "city", "AT", admin1="Styria", lat=47.07, lon=15.44)
VIENNA = place("Vienna", "city", "AT", lat=48.21, lon=16.37)
MUR_VALLEY = place("Mur valley", "area", "AT", lat=47.1, lon=14.9)
BRATISLAVA = place("Bratislava", "city", "SK", lat=48.15, lon=17.11)
HAMLET = place("Oberdorf", None, None)


@pytest.mark.parametrize(
    ("new", "known", "adds"),
    [
        pytest.param(JUDENBURG, [], True, id="the first place"),
        pytest.param(JUDENBURG, [AUSTRIA], True, id="a town in a country"),
        pytest.param(AUSTRIA, [JUDENBURG], False, id="the country of a town"),
        pytest.param(AUSTRIA, [VIENNA], False, id="the country of a town whose region nobody knows"),
        pytest.param(VIENNA, [AUSTRIA], True, id="that town in its country"),
        pytest.param(STYRIA, [JUDENBURG], False, id="the region of a town"),
        pytest.param(STYRIA, [VIENNA], True, id="the region of another town"),
        pytest.param(MUR_VALLEY, [JUDENBURG], False, id="an area in the country of a town"),
        pytest.param(KNITTELFELD, [JUDENBURG], False, id="the next town"),
        pytest.param(GRAZ, [JUDENBURG], True, id="a town farther away"),
        pytest.param(BRATISLAVA, [VIENNA, AUSTRIA], True, id="a town in the next country"),
        pytest.param(HAMLET, [JUDENBURG], True, id="a place that the gazetteer does not know"),
        pytest.param(HAMLET, [HAMLET], False, id="the same unknown place"),
    ],
)
def test_a_place_is_news_where_it_is_neither_known_nor_around_what_is_known(
    new: Place, known: list[Place], adds: bool
) -> None:
    assert adds_a_place(new, known) == adds


@pytest.mark.parametrize(
    ("one", "other", "compatible"),
    [
        (VIENNA, AUSTRIA, True),
        (JUDENBURG, STYRIA, True),
        (JUDENBURG, GRAZ, False),
        (VIENNA, STYRIA, False),
        (VIENNA, BRATISLAVA, False),
    ],
    ids=lambda item: getattr(item, "name", str(item)),
)
def test_two_places_are_compatible_where_one_lies_in_the_other(
    one: Place, other: Place, compatible: bool
) -> None:
    assert is_compatible(one, other) == is_compatible(other, one) == compatible
