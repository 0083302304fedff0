"""Where on its topic each alert lies, so that one can be asked for by its id."""

Place = tuple[int, int]
"""Partition and offset."""


class AlertIndex:
    """Places of the latest alerts, up to a number of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._places: dict[str, Place] = {}

    def add(self, alert_id: str, place: Place) -> None:
        """Take the place of an alert; the one added first makes room for it. A repeat changes nothing."""
        if alert_id in self._places:
            return
        self._places[alert_id] = place
        if len(self._places) > self._most:
            del self._places[next(iter(self._places))]

    def find(self, alert_id: str) -> Place | None:
        """Return the place of an alert, None when it is not known."""
        return self._places.get(alert_id)
