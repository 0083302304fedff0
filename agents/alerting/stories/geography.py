"""Whether two places are one and the same, near to each other, or one a part of the other."""

from agents.alerting.rules.conditions import distance_km
from schemas.events import Place

NEAR_KM = 30.0
"""Places this near to each other are one scene: a town and its suburbs."""


def same_place(one: Place, other: Place) -> bool:
    """Tell whether two names stand for the same place, or for one and the same scene."""
    if one.geoname_id is not None and one.geoname_id == other.geoname_id:
        return True
    if one.name.casefold() == other.name.casefold():
        return one.country == other.country or None in (one.country, other.country)
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return False
    return distance_km(one.lat, one.lon, other.lat, other.lon) <= NEAR_KM


def is_coarser(one: Place, other: Place) -> bool:
    """Tell whether one place is the country or the region in which another one lies."""
    if one.country is None or one.country != other.country or other.kind == "country":
        return False
    if one.kind == "country":
        return True
    if one.admin1 is None:  # an area of which the gazetteer does not say in which regions it lies
        return one.kind != "city" and other.admin1 is not None
    return one.admin1 == other.admin1 and not _is_town(one) and _is_town(other)


def is_compatible(one: Place, other: Place) -> bool:
    """Tell whether two places can be where one thing happened."""
    return same_place(one, other) or is_coarser(one, other) or is_coarser(other, one)


def adds_a_place(new: Place, known: list[Place]) -> bool:
    """Tell whether a place says more of where something happens than those that are known."""
    return not any(same_place(new, old) or is_coarser(new, old) for old in known)


def _is_town(place: Place) -> bool:
    """Tell whether a place is smaller than a region.

    A town that has the name of its region, often without its Oblast or Province, counts as the region: texts
    mean the one by the name of the other.
    """
    return place.admin1 is not None and not place.admin1.casefold().startswith(place.name.casefold())
