"""Edits of posts as outlets make them, and siblings: reports of another event in the same wording."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml

from tests.eval.dedup_posts import HERE

Record = dict[str, Any]
_WORD = re.compile(r"\w+")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_NUMBER = re.compile(rf"(?<![\w:.,])(?!(?:19|20)\d\d)\d+(?![\w:.,]*\d|st|nd|rd|th)(?! (?:{_MONTHS}))")
"""A number that is no year, hour or day of a month: these are of another event when they differ."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_FOOTERS = (
    "Subscribe to our newsletter for the morning's headlines.",
    "All rights reserved. Reproduction without permission is prohibited.",
    "Follow us on Telegram and share this post with your friends.",
    "(Reporting by our own correspondents)",
)
_SYNONYMS = {
    "said": "stated",
    "killed": "left dead",
    "people": "persons",
    "after": "following",
    "also": "as well",
    "about": "roughly",
    "near": "close to",
    "many": "numerous",
    "began": "started",
    "large": "big",
    "wounded": "injured",
    "houses": "homes",
    "officials": "authorities",
    "early": "in the first hours",
    "while": "whereas",
    "because": "since",
    "told": "informed",
}


def typos(record: Record, rng: random.Random) -> Record:
    """Swap two letters in one word of twenty-five."""

    def misspell(match: re.Match[str]) -> str:
        word = match[0]
        if len(word) < 5 or not word.isalpha() or rng.random() > 0.04:
            return word
        at = rng.randrange(1, len(word) - 2)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    return {**record, "body": _WORD.sub(misspell, record["body"])}


def number_changed(record: Record, rng: random.Random) -> Record:
    """Raise one number of the body."""
    found = list(_NUMBER.finditer(record["body"]))
    if not found:
        return typos(record, rng)
    match = rng.choice(found)
    return {
        **record,
        "body": record["body"][: match.start()] + str(int(match[0]) + 1) + record["body"][match.end() :],
    }


def boilerplate_added(record: Record, rng: random.Random) -> Record:
    """Put two lines of an outlet's own under the text."""
    return {**record, "body": "\n".join([record["body"], *rng.sample(_FOOTERS, 2)])}


def truncated(record: Record, rng: random.Random) -> Record:
    """Keep the first 45 percent of the words, eight at least, without the headline."""
    words = record["body"].split()
    return {**record, "headline": None, "body": " ".join(words[: max(8, len(words) * 45 // 100)])}


def extended(record: Record, rng: random.Random, other: Record) -> Record:
    """Add as much text again, of background that has nothing to do with it."""
    return {**record, "body": f"{record['body']}\n{other['body']}"}


def lightly_rewritten(record: Record, rng: random.Random) -> Record:
    """Put another word for common ones, and change the order of the sentences after the lead."""
    body = _WORD.sub(lambda match: _SYNONYMS.get(match[0], match[0]), record["body"])
    lead, *rest = _SENTENCE.split(body)
    rng.shuffle(rest)
    return {**record, "body": " ".join([lead, *rest])}


def headline_only(record: Record, rng: random.Random) -> Record:
    """Keep the headline alone, as an alert does."""
    return {**record, "headline": None, "body": record["headline"] or record["body"]}


def summary_of(records: list[Record]) -> Record:
    """Put the first sentences of several posts together."""
    leads = [" ".join(_SENTENCE.split(record["body"])[:2]) for record in records]
    return {**records[0], "headline": "What happened today", "body": "\n".join(leads)}


EDITS: dict[str, Callable[[Record, random.Random], Record]] = {
    "typos": typos,
    "number_changed": number_changed,
    "boilerplate_added": boilerplate_added,
    "truncated": truncated,
    "lightly_rewritten": lightly_rewritten,
    "headline_only": headline_only,
}


@dataclass(frozen=True, slots=True)
class Template:
    """A serial report; ``half`` is ``dev`` or ``test``, and nothing is tuned on the latter."""

    half: str
    text: str
    slots: dict[str, list[Any]]

    def fill(self, rng: random.Random) -> tuple[str, str]:
        """Return the text of two events, which differ in every slot."""
        values = {name: rng.sample(choices, 2) for name, choices in self.slots.items()}
        return tuple(self.text.format(**{name: pair[k] for name, pair in values.items()}) for k in (0, 1))  # type: ignore[return-value]


def templates(half: str) -> list[Template]:
    """Return the templates of one half."""
    content = yaml.safe_load((HERE / "dedup_templates.yaml").read_text(encoding="utf-8"))
    slots = {name: expand(choices) for name, choices in content["slots"].items()}
    found = []
    for entry in content["templates"]:
        if entry["half"] == half:
            names = set(re.findall(r"{(\w+)}", entry["text"]))
            used = {
                name: slots[name] if name in slots else slots[name.rstrip("0123456789")] for name in names
            }
            found.append(Template(half, entry["text"], used))
    return found


def expand(choices: Any) -> list[Any]:
    """Return the values of a slot: a list as it is, [low, high] of a mapping as a range."""
    return list(range(choices["from"], choices["to"])) if isinstance(choices, dict) else list(choices)
