"""Circles on the ground by the cells of nested grids, so that a point finds the circles around it by look-up.

A circle is entered in the cells of the finest grid on which few of them cover it; a point lies in one cell of
each grid.
"""

from functools import lru_cache
from math import asin, cos, degrees, pi, radians, sin

from agents.alerting.rules.conditions import EARTH_RADIUS_KM
from schemas.rules import Circle

_FINEST = 0.25
"""Width of a cell of the finest grid, in degrees; each next grid's cells are twice as wide."""
LEVELS = 8
_MOST_CELLS = 6
_MARGIN = 0.001
"""Degrees that a circle's box is widened by, far more than the rounding of a distance."""


@lru_cache(maxsize=10_000)
def cells_at(lat: float, lon: float) -> tuple[int, ...]:
    """Return the cell of each grid that a point lies in."""
    row, column = _row(lat), _column(lon)
    return tuple(_cell(level, row >> level, column >> level) for level in range(LEVELS))


def cells_over(circle: Circle) -> list[int] | None:
    """Return cells of one grid that cover a circle, None where too many of the widest ones are needed."""
    south, north, spans = _box(circle)
    columns = [(_column(west), _column(east)) for west, east in spans]
    for level in range(LEVELS):
        rows = range(_row(south) >> level, (_row(north) >> level) + 1)
        across = [range(first >> level, (last >> level) + 1) for first, last in columns]
        if len(rows) * sum(map(len, across)) <= _MOST_CELLS:
            return [_cell(level, row, column) for row in rows for span in across for column in span]
    return None


def level_of(cell: int) -> int:
    """Return the grid of a cell; 0 is the finest."""
    return cell >> 24


def _box(circle: Circle) -> tuple[float, float, list[tuple[float, float]]]:
    """Return the least and the greatest latitude of a circle, and its one or two spans of longitude.

    After J. P. Matuschek, "Finding points within a distance of a latitude/longitude using bounding
    coordinates".
    """
    reach = circle.km / EARTH_RADIUS_KM
    south = circle.lat - degrees(reach) - _MARGIN
    north = circle.lat + degrees(reach) + _MARGIN
    if south <= -90 or north >= 90 or reach >= pi / 2:
        return max(south, -90.0), min(north, 90.0), [(-180.0, 180.0)]
    sideways = degrees(asin(min(1.0, sin(reach) / cos(radians(circle.lat))))) + _MARGIN
    west, east = circle.lon - sideways, circle.lon + sideways
    if west < -180:
        return south, north, [(-180.0, east), (west + 360, 180.0)]
    if east > 180:
        return south, north, [(west, 180.0), (-180.0, east - 360)]
    return south, north, [(west, east)]


def _row(lat: float) -> int:
    return int((lat + 90) / _FINEST)


def _column(lon: float) -> int:
    return int((lon + 180) / _FINEST)


def _cell(level: int, row: int, column: int) -> int:
    return level << 24 | row << 12 | column
