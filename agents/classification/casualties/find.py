"""Casualty figures: how many people a text says were killed, injured, missing, detained and so on."""

from typing import Final

from msgspec.structs import replace

from agents.classification.casualties.clause import Clause, Match
from agents.classification.casualties.context import (
    claimed_by,
    is_background,
    is_retracted,
    is_war_total,
    place_near,
)
from agents.classification.casualties.data import CasualtyGrammar, load_casualties
from agents.classification.casualties.figures import Figure, figures_in
from agents.classification.casualties.match import matches_of, referred_match
from agents.classification.casualties.subsets import subset_figures, subset_matches
from agents.classification.casualties.triggers import Hit, triggers_in
from agents.classification.casualties.withdrawn import replaced, retold
from agents.classification.corrections import is_correction
from agents.classification.language.text import Text
from schemas.events import Attribution, Casualty, CasualtyKind

__all__ = ["CasualtyGrammar", "find_casualties", "load_casualties"]

_Key = tuple[CasualtyKind, int | None, int | None]
_REACH: Final = 60
"""Words before the first and after the last trigger of a sentence in which figures are looked for."""


def find_casualties(grammar: CasualtyGrammar, text: Text, attributions: list[Attribution]) -> list[Casualty]:
    """Return one row a distinct figure (kind, min, max), in the order of the text.

    Subsets ('including three rescuers') are rows of their own. 'At least four' is 4..None, 'nearly 20,000' is
    None..20000. What is negated, only possible or taken back is no row.

    Args:
        grammar: from ``load_casualties``.
        text: the post.
        attributions: who says what, from ``find_attributions``; fills ``claimed_by``.

    """
    rows: dict[_Key, Casualty] = {}
    headline_only: set[_Key] = set()
    earlier: dict[_Key, Casualty] = {}
    kind: CasualtyKind | None = None
    for clause in _clauses(grammar, text):
        matches = _matches(clause, kind)
        last = next((match.kind for match in reversed(matches) if match.hit is not None), kind)
        if not matches or is_retracted(grammar, text, clause.start, clause.stop):
            continue
        current = not is_background(grammar, text, clause.start, clause.stop, clause.in_headline)
        told, own = retold(grammar, text, clause.start, clause.stop)
        for match in matches:
            row = _row(clause, match, attributions, current)
            if row is None or _is_told(clause, match, rows) or (match.pronoun and not current):
                continue
            key = (row.kind, row.min, row.max)
            if match.figures[0].first in told:
                if not own:
                    earlier[key] = row
                continue
            rows[key] = _merged(rows.get(key), row)
            if match.named and row.span[0] < text.headline_end:
                headline_only.add(key)
            else:
                headline_only.discard(key)
        kind = last
    if earlier and not is_correction(text, "new"):
        told_anew = {row.kind for row in rows.values()}
        rows |= {key: row for key, row in earlier.items() if row.kind not in told_anew}
    return _without_echoes(text, _with_background(rows), headline_only) if rows else []


def _matches(clause: Clause, kind: CasualtyKind | None) -> list[Match]:
    """Return the figures of a sentence; ``kind`` is that of the sentence before."""
    if clause.hits[0].phrase.form == "reference":
        found = None if kind is None else referred_match(clause, kind)
        return [] if found is None else [found]
    matches = matches_of(clause)
    return matches + subset_matches(clause, matches, kind)


def _merged(first: Casualty | None, again: Casualty) -> Casualty:
    """Return one row of a figure told twice: the first mention, with what the other one adds."""
    if first is None or (again.current and not first.current):
        return again
    if again.current != first.current:
        return first
    return replace(
        first,
        whom=first.whom or again.whom,
        civilian=first.civilian if first.civilian is not None else again.civilian,
        claimed_by=first.claimed_by or again.claimed_by,
        where=first.where or again.where,
    )


def _clauses(grammar: CasualtyGrammar, text: Text) -> list[Clause]:
    """Return the sentences that have triggers, with their figures."""
    by_sentence: dict[int, list[Hit]] = {}
    index = 0
    for hit in triggers_in(grammar, text):
        while hit.first >= text.sentence_words[index][1]:
            index += 1
        by_sentence.setdefault(index, []).append(hit)
    found: list[Clause] = []
    for index, inside in by_sentence.items():
        triggers = [hit for hit in inside if hit.phrase.form != "reference"]
        if not triggers and index - 1 not in by_sentence:
            continue
        hits = triggers or inside[:1]
        start, _ = text.sentences[index]
        first, stop = text.sentence_words[index]
        first = max(first, hits[0].first - _REACH)
        stop = min(stop, hits[-1].last + 1 + _REACH)
        stops = frozenset([at for hit in hits for at in range(hit.first, hit.last + 1)])
        figures = figures_in(grammar, text, first, stop, stops)
        taken_back = replaced(grammar, text, figures, first, stop)
        clause = Clause(
            grammar=grammar, text=text, start=first, stop=stop, hits=hits, replaced=taken_back,
            figures=[figure for figure in figures if figure.last not in taken_back],
            in_headline=start < text.headline_end or (index == 0 and text.headline_end == 0), stops=stops,
        )  # fmt: skip
        clause.subsets |= subset_figures(clause)
        found.append(clause)
    return found


def _row(clause: Clause, match: Match, attributions: list[Attribution], current: bool) -> Casualty | None:
    low, high = _total(match.figures)
    if (low in (0, None) and high is None) or high == 0:
        return None
    text, figures = clause.text, match.figures
    first, last = figures[0].first, figures[-1].last
    whom = (
        text.raw[text.starts[first] : text.ends[last]]
        if any(each.noun != "bare" for each in figures)
        else None
    )
    if match.hit is not None:
        first, last = min(first, match.hit.first), max(last, match.hit.last)
    start, end = text.starts[first], text.ends[last]
    return Casualty(
        kind=match.kind,
        min=low,
        max=high,
        whom=whom,
        civilian=_civilian(figures),
        claimed_by=claimed_by(clause.grammar, text, start, end, attributions),
        where=place_near(clause.grammar, text, first, last, clause.start, clause.stop),
        current=current and not is_war_total(clause.grammar, text, match.kind, low or high or 0),
        span=(start, end),
    )


def _total(figures: tuple[Figure, ...]) -> tuple[int | None, int | None]:
    """Add ranges up: an open end stays open."""
    lows = [figure.min for figure in figures if figure.min is not None]
    highs = [figure.max for figure in figures if figure.max is not None]
    low = sum(lows) if len(lows) == len(figures) else None
    return low, sum(highs) if len(highs) == len(figures) else None


def _civilian(figures: tuple[Figure, ...]) -> bool | None:
    """Return whether the figure counts civilians, None where its nouns do not tell or differ."""
    kinds = {figure.noun for figure in figures}
    if kinds == {"civilian"}:
        return True
    return False if kinds == {"combatant"} else None


def _is_told(clause: Clause, match: Match, rows: dict[_Key, Casualty]) -> bool:
    """'The man' after 'killed a man and a woman' is one of them, not a figure of its own."""
    figure = match.figures[0]
    definite = figure.single and clause.text.words[figure.first] in clause.grammar.definite
    return definite and len(match.figures) == 1 and any(row.kind == match.kind for row in rows.values())


def _with_background(rows: dict[_Key, Casualty]) -> dict[_Key, Casualty]:
    """Mark as background what repeats a figure of it: 'all 483' after 'at least 483 since the war began'."""
    past = {(row.kind, row.min) for row in rows.values() if not row.current and row.min is not None}
    past |= {(row.kind, row.max) for row in rows.values() if not row.current and row.max is not None}
    return {
        key: replace(row, current=False)
        if row.current and row.min == row.max and (row.kind, row.min) in past and (row.min or 0) > 1
        else row
        for key, row in rows.items()
    }


def _without_echoes(text: Text, rows: dict[_Key, Casualty], headline_only: set[_Key]) -> list[Casualty]:
    """Leave out what a headline says less exactly than the body.

    'Kills 50' where the body says 'more than 50'; 'ex-minister arrested' where it says 'and six others'.
    """
    body = [row for row in rows.values() if row.span[0] >= text.headline_end]
    opened = {(row.kind, row.min) for row in body if row.max is None}
    opened |= {(row.kind, row.max) for row in body if row.min is None}
    counted = {row.kind for row in body}
    return [
        row
        for key, row in rows.items()
        if row.span[0] >= text.headline_end
        or not (
            (row.min == row.max and (row.kind, row.min) in opened)
            or (key in headline_only and row.kind in counted)
        )
    ]
