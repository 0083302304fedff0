"""Circles and the points in them share a cell, at the poles and where longitudes meet too."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agents.alerting.index.grid import cells_at, cells_over
from agents.alerting.rules.conditions import distance_km
from schemas.rules import Circle
from tests.alerting.random_rules import latitudes, longitudes, radii


def covers(circle: Circle, lat: float, lon: float) -> bool:
    cells = cells_over(circle)
    return cells is None or not set(cells).isdisjoint(cells_at(lat, lon))


def circle(lat: float, lon: float, km: float) -> Circle:
    return Circle(lat=lat, lon=lon, km=km)


@given(latitudes, longitudes, radii, st.floats(-1, 1), st.floats(-1, 1))
@example(10.0, 179.95, 60.0, 0.1, 0.9)
@example(10.0, -179.95, 60.0, 0.1, -0.9)
@example(89.9, 20.0, 60.0, 1.0, 1.0)
def test_a_point_in_a_circle_lies_in_its_cells(
    lat: float, lon: float, km: float, north: float, east: float
) -> None:
    around = circle(lat, lon, km)
    point_lat = max(-90.0, min(90.0, lat + north * km / 111))
    point_lon = (lon + east * min(180.0, 2 * km / 111) + 180) % 360 - 180
    if distance_km(lat, lon, point_lat, point_lon) <= km:
        assert covers(around, point_lat, point_lon)


@pytest.mark.parametrize(
    ("around", "point"),
    [
        (circle(10, 179.9, 60), (10.1, -179.8)),
        (circle(10, -179.9, 60), (10.1, 179.8)),
        (circle(10, 180, 60), (10, -180)),
        (circle(10, -180, 60), (10, 180)),
        (circle(89.9, 20, 60), (89.9, -160)),
        (circle(-90, 0, 1), (-90, 77)),
        (circle(0, 0, 20_000), (0, 179)),
        (circle(60, 30, 500), (60, 38.9)),
    ],
)
def test_circles_at_the_edges_of_the_map(around: Circle, point: tuple[float, float]) -> None:
    assert distance_km(around.lat, around.lon, *point) <= around.km
    assert covers(around, *point)


@pytest.mark.parametrize("km", [1, 10, 60, 300, 1_000])
def test_a_circle_takes_few_cells_and_no_far_point_lies_in_them(km: float) -> None:
    cells = cells_over(circle(49.99, 36.23, km))
    assert cells is not None
    assert len(cells) <= 6
    assert not covers(circle(49.99, 36.23, km), -33.9, 151.2)
