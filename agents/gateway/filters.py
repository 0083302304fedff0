"""Filters: which events, alerts and stories someone asked for."""

from dataclasses import dataclass
from datetime import datetime

from msgspec import UNSET

from agents.gateway.facets import Facets
from agents.gateway.queries import AlertQuery, AlertStreamQuery, StreamQuery
from schemas.events import SEVERITY_ORDER


@dataclass(frozen=True, slots=True)
class Filter:
    """All that is given must hold; of several values any. Two equal filters let the same through."""

    category: frozenset[str] = frozenset()
    severities: frozenset[str] = frozenset()
    country: frozenset[str] = frozenset()
    source: frozenset[str] = frozenset()
    story: frozenset[str] = frozenset()
    rule: frozenset[str] = frozenset()
    owner: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def passes(self, facets: Facets) -> bool:
        """Say whether a message is let through."""
        return (
            (not self.category or facets.category in self.category)
            and (not self.severities or facets.severity in self.severities)
            and (not self.country or not self.country.isdisjoint(facets.countries))
            and (not self.source or not self.source.isdisjoint(facets.sources))
            and (not self.story or facets.story in self.story)
            and (not self.rule or facets.rule in self.rule)
            and (self.owner is None or facets.owner == self.owner)
            and (self.since is None or facets.at >= self.since)
            and (self.until is None or facets.at < self.until)
        )


def filter_of(query: StreamQuery, owner: str | None = None) -> Filter:
    """Return the filter of a query; with an owner, only what is that owner's is let through."""
    severities = frozenset[str]()
    if query.severity is not UNSET:
        severities = frozenset(SEVERITY_ORDER[SEVERITY_ORDER.index(query.severity) :])
    return Filter(
        category=frozenset(query.category),
        severities=severities,
        country=frozenset(query.country),
        source=frozenset(query.source),
        story=frozenset(query.story),
        rule=frozenset(query.rule) if isinstance(query, AlertQuery | AlertStreamQuery) else frozenset(),
        owner=owner,
        since=None if query.since is UNSET else query.since,
        until=None if query.until is UNSET else query.until,
    )
