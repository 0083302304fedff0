"""Casualty figures: how many people a text says were killed, injured, missing, detained, displaced or captured."""

from agents.classification.casualties_context import claimed_by, is_background, is_retracted, place_near
from agents.classification.casualties_data import CasualtyGrammar, load_casualties
from agents.classification.casualties_figures import Figure, figures_in
from agents.classification.casualties_match import Clause, Match, matches_of
from agents.classification.casualties_subsets import subset_figures, subset_matches
from agents.classification.casualties_triggers import Hit, triggers_in
from agents.classification.text import Text
from schemas.events import Attribution, Casualty, CasualtyKind

__all__ = ["CasualtyGrammar", "find_casualties", "load_casualties"]

_REACH = 60
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
    rows: dict[tuple[CasualtyKind, int | None, int | None], Casualty] = {}
    kind: CasualtyKind | None = None
    for clause in _clauses(grammar, text):
        if is_retracted(grammar, _sentence(clause)):
            continue
        matches = matches_of(clause)
        last = matches[-1].kind if matches else kind
        matches += subset_matches(clause, matches, kind)
        current = not is_background(grammar, text, clause.start, clause.stop, clause.in_headline)
        for match in matches:
            row = _row(clause, match, attributions, current)
            if row is None or _told_before(clause, match, rows):
                continue
            key = (row.kind, row.min, row.max)
            if key not in rows or (row.current and not rows[key].current):
                rows[key] = row
        kind = last
    return _without_rounded_headline(text, list(rows.values()))


def _clauses(grammar: CasualtyGrammar, text: Text) -> list[Clause]:
    """Return the sentences that have triggers, with their figures."""
    by_sentence: dict[int, list[Hit]] = {}
    for hit in triggers_in(grammar, text):
        by_sentence.setdefault(text.sentence_index(text.starts[hit.first]), []).append(hit)
    found: list[Clause] = []
    for index, hits in by_sentence.items():
        start, end = text.sentences[index]
        first = max(text.word_index(start), hits[0].first - _REACH, 0)
        first += text.starts[first] < start
        stop = min(text.word_index(end - 1) + 1, hits[-1].last + 1 + _REACH)
        stops = frozenset(at for hit in hits for at in range(hit.first, hit.last + 1))
        figures = figures_in(grammar, text, first, stop, stops)
        clause = Clause(
            grammar=grammar, text=text, start=first, stop=stop, figures=figures, hits=hits, subsets=set(),
            in_headline=start < text.headline_end or (index == 0 and text.headline_end == 0), stops=stops,
        )  # fmt: skip
        clause.subsets |= subset_figures(clause)
        found.append(clause)
    return found


def _sentence(clause: Clause) -> str:
    text = clause.text
    return (
        text.folded[text.starts[clause.start] : text.ends[clause.stop - 1]]
        if clause.start < clause.stop
        else ""
    )


def _row(clause: Clause, match: Match, attributions: list[Attribution], current: bool) -> Casualty | None:
    figures = [clause.figures[index] for index in match.figures]
    low, high = _total(figures, match.extra)
    if (low in (0, None) and high is None) or high == 0:
        return None
    text = clause.text
    first, last = figures[0].first, max(figures[-1].last, match.extra_last)
    start, end = text.starts[first], text.ends[last]
    if match.hit is not None:
        start, end = min(start, text.starts[match.hit.first]), max(end, text.ends[match.hit.last])
        first, last = min(first, match.hit.first), max(last, match.hit.last)
    whom = text.raw[text.starts[figures[0].first] : text.ends[max(figures[-1].last, match.extra_last)]]
    return Casualty(
        kind=match.kind,
        min=low,
        max=high,
        whom=whom if any(figure.noun != "bare" for figure in figures) else None,
        civilian=_civilian(figures),
        claimed_by=claimed_by(clause.grammar, text, start, end, attributions),
        where=place_near(clause.grammar, text, first, last, clause.start, clause.stop),
        current=current,
        span=(start, end),
    )


def _total(figures: list[Figure], extra: int) -> tuple[int | None, int | None]:
    """Add ranges up: an open end stays open."""
    if len(figures) == 1 and not extra:
        return figures[0].min, figures[0].max
    lows = [figure.min for figure in figures if figure.min is not None]
    highs = [figure.max for figure in figures if figure.max is not None]
    low = sum(lows) + extra if len(lows) == len(figures) else None
    high = sum(highs) + extra if len(highs) == len(figures) else None
    return low, high


def _civilian(figures: list[Figure]) -> bool | None:
    """Return whether the figure counts civilians, None where its nouns do not tell or differ."""
    kinds = {figure.noun for figure in figures}
    if kinds == {"civilian"}:
        return True
    return False if kinds == {"combatant"} else None


def _told_before(
    clause: Clause, match: Match, rows: dict[tuple[CasualtyKind, int | None, int | None], Casualty]
) -> bool:
    """'The man' of a sentence after 'killed a man and a woman' is one of them, not a figure of its own."""
    figure = clause.figures[match.figures[0]]
    definite = figure.single and clause.text.words[figure.first] in ("the", "this", "that", "he", "she")
    return definite and len(match.figures) == 1 and any(row.kind == match.kind for row in rows.values())


def _without_rounded_headline(text: Text, rows: list[Casualty]) -> list[Casualty]:
    """Leave out 'kills 50' of a headline where the body says 'more than 50'."""
    body = [row for row in rows if row.span[0] >= text.headline_end]
    opened = {(row.kind, row.min) for row in body if row.max is None}
    opened |= {(row.kind, row.max) for row in body if row.min is None}
    return [
        row
        for row in rows
        if row.span[0] >= text.headline_end or row.min != row.max or (row.kind, row.min) not in opened
    ]
