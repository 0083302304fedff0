"""The load: stories that outlets tell, repeat, update, edit, correct and take back, and rules on them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from agents.alerting.rules.files import parse_rules

OWNER = "desk"
ENDPOINT = "desk-hook"
RULES = parse_rules(
    f"""
rules:
  - id: deadly
    owner: {OWNER}
    title: Deaths anywhere
    when: {{killed: {{at_least: 1}}}}
    alert: {{cooldown: 10m, escalation: {{severity: true, casualties: 2}}}}
    deliver: [{{webhook: {ENDPOINT}}}]
  - id: told-by-two
    owner: {OWNER}
    title: What two outlets tell
    when: {{outlets: {{at_least: 2}}}}
    deliver: [{{webhook: {ENDPOINT}}}]
  - id: held
    owner: {OWNER}
    title: Everything, once it is certain or has waited
    when: {{outlets: {{at_least: 1}}}}
    alert: {{hold: {{for: 15m}}, cooldown: 30m}}
""",
    "rules of the fault suite",
)

Item = dict[str, Any]
"""A post as POST /v1/posts takes it."""

_START = datetime(2031, 3, 1, tzinfo=UTC)
"""In the future, so that the wall clock of no worker overtakes the posts and closes their stories."""
_OUTLETS = ("northline", "harbour-times", "delta-agency", "civic-wire", "plain-dealer", "morning-post")
_OPEN_STORIES = 6
_PLACES = (
    "Graz, Austria", "Linz, Austria", "Valencia, Spain", "Izmir, Turkey", "Kharkiv, Ukraine",
    "Lima, Peru", "Osaka, Japan", "Nairobi, Kenya", "Aleppo, Syria", "Manila, Philippines",
)  # fmt: skip
_EVENTS = (
    ("A fire broke out at the {0} depot", "firefighters"),
    ("An explosion tore through the {0} works", "rescuers"),
    ("Flood water ran through the {0} quarter", "emergency crews"),
    ("A building collapsed in {0} street", "rescue teams"),
    ("A bus went off the {0} road", "the police"),
)
_SYLLABLES = ("ba", "do", "fen", "gri", "hal", "ko", "lur", "mi", "nor", "pe", "rad", "sto", "vu", "zel")


@dataclass
class _Story:
    """What its next posts rest on."""

    number: int
    names: list[str]
    place: str
    event: str
    crews: str
    killed: int
    told: list[Item]


class Load:
    """Posts without end; the same seed gives the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._made = 0
        self._stories: list[_Story] = []
        self._opened = 0

    def take(self, count: int) -> list[Item]:
        """Return the next posts."""
        return [self._next() for _ in range(count)]

    def _next(self) -> Item:
        if len(self._stories) < _OPEN_STORIES:
            story = self._open()
            self._stories.append(story)
        else:
            story = self._random.choice(self._stories)
        item = next(self._tell(story))
        story.told.append(item)
        if len(story.told) > self._random.randint(4, 12):
            self._stories.remove(story)
        return item

    def _open(self) -> _Story:
        rng = self._random
        self._opened += 1
        names = ["".join(rng.choices(_SYLLABLES, k=3)).capitalize() for _ in range(8)]
        event, crews = rng.choice(_EVENTS)
        return _Story(self._opened, names, rng.choice(_PLACES), event, crews, rng.randint(0, 4), [])

    def _tell(self, story: _Story) -> Iterator[Item]:
        """Yield the next post of a story: a first report, then one of what follows reports."""
        rng = self._random
        if not story.told:
            yield self._post(rng.choice(_OUTLETS), *self._report(story))
            return
        earlier = rng.choice(story.told)
        kind = rng.choices(
            ("repeat", "excerpt", "update", "edit", "correction", "retraction"), (25, 10, 35, 12, 12, 6)
        )[0]
        if kind == "repeat":
            yield self._post(self._other(earlier["source"]), earlier["headline"], earlier["body"])
        elif kind == "excerpt":
            body = " ".join(earlier["body"].split()[:30])
            yield self._post(self._other(earlier["source"]), earlier["headline"], body)
        elif kind == "update":
            story.killed += rng.randint(0, 3)
            yield self._post(rng.choice(_OUTLETS), *self._report(story))
        elif kind == "edit":
            story.killed += 1
            headline, body = self._report(story)
            edited = self._post(earlier["source"], headline, body)
            yield edited | {"native_id": earlier["native_id"], "revision": earlier["revision"] + self._made}
        elif kind == "correction":
            before, story.killed = story.killed, max(0, story.killed - 1)
            headline, body = self._report(story)
            said = f"Correction: an earlier report said that {before} were killed; it was {story.killed}. "
            yield self._post(earlier["source"], f"CORRECTION: {headline}", said + body)
        else:
            about = f"We retract our earlier report about {story.names[0]} in {story.place}."
            body = f"{about} It was wrong, and no one was hurt."
            yield self._post(earlier["source"], f"RETRACTION: {earlier['headline']}", body)

    def _report(self, story: _Story) -> tuple[str, str]:
        names, killed = story.names, story.killed
        toll = f"killed {killed} people" if killed else "hurt no one"
        event = story.event.format(names[0])
        said = self._random.choice(("said", "told reporters", "confirmed"))
        return (
            f"{event} near {story.place}, {toll}",
            f"{event} near {story.place} and {toll}, {story.crews} {said}. {names[1]} {names[2]}, the mayor,"
            f" said that {self._random.randint(5, 90)} {story.crews} had come from {names[3]} and {names[4]}."
            f" People of {names[5]} were told to stay at home until {names[6]} {names[7]} had seen to it.",
        )

    def _other(self, outlet: str) -> str:
        return self._random.choice([one for one in _OUTLETS if one != outlet])

    def _post(self, source: str, headline: str, body: str) -> Item:
        self._made += 1
        at = (_START + timedelta(seconds=40 * self._made)).isoformat()
        return {
            "source": source,
            "native_id": f"{source}-{self._made}",
            "revision": 0,
            "headline": headline,
            "body": body,
            "published_at": at,
            "fetched_at": at,
        }
