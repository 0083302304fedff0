"""Which figure belongs to which trigger: 'four people were killed', 'killing four', 'the death toll rose to 4'."""

from dataclasses import dataclass, field

from agents.classification.casualties_data import CasualtyGrammar
from agents.classification.casualties_figures import Figure
from agents.classification.casualties_triggers import Hit
from agents.classification.numbers import match_phrase
from agents.classification.text import Text
from schemas.events import CasualtyKind

_MAX_BETWEEN = 24
"""Words between a figure and its trigger."""
_MAX_SKIPPED = 6
"""Figures passed over on the way from a trigger to its subject."""
_MAX_TOLL = 14
_JOINERS = (["and"], ["and", "also"], ["as", "well", "as"], ["along", "with"], ["plus"], ["together", "with"])


@dataclass(frozen=True, slots=True)
class Match:
    """A figure with its trigger; ``figures`` are all that were added up, by index."""

    kind: CasualtyKind
    figures: tuple[int, ...]
    hit: Hit | None
    extra: int = 0
    """People named without a figure: 1 for the child of 'a mother and child'."""
    extra_last: int = 0


@dataclass(slots=True)
class Clause:
    """A sentence while its figures are being given to its triggers."""

    grammar: CasualtyGrammar
    text: Text
    start: int
    stop: int
    figures: list[Figure]
    hits: list[Hit]
    subsets: set[int]
    in_headline: bool
    stops: frozenset[int]
    used: dict[int, CasualtyKind] = field(default_factory=dict)

    def gap(self, left: int, right: int) -> str:
        """Return the characters between two words."""
        return self.text.folded[self.text.ends[left] : self.text.starts[right]]


@dataclass(frozen=True, slots=True)
class _Verb:
    """What stands before a trigger: the last word of its subject, and what the auxiliaries say."""

    subject_last: int
    passive: bool
    perfect: bool
    void: bool
    """Negated, or only possible."""
    joined: bool
    """'abducted and killed': the subject is shared with another verb."""


def matches_of(clause: Clause) -> list[Match]:
    """Return the figures of a sentence with their triggers, in the order of the triggers."""
    found: list[Match] = []
    for index, hit in enumerate(clause.hits):
        if _is_shared(clause, index):
            continue
        match = _match(clause, hit)
        if match is not None:
            found.append(match)
            for figure in match.figures:
                clause.used[figure] = hit.phrase.kind
    return found


def _is_shared(clause: Clause, index: int) -> bool:
    """'killed or injured 20': nobody can tell how many of which."""
    hit = clause.hits[index]
    for other in clause.hits[max(index - 1, 0) : index + 2]:
        if other.phrase.kind == hit.phrase.kind or other.phrase.form in ("noun", "toll"):
            continue
        left, right = (other, hit) if other.first < hit.first else (hit, other)
        if clause.text.words[left.last + 1 : right.first] in (["or"], ["and"]):
            return True
    return False


def _match(clause: Clause, hit: Hit) -> Match | None:
    form = hit.phrase.form
    if form == "toll":
        return _toll(clause, hit)
    if form == "noun":
        return _noun(clause, hit)
    verb = _verb_before(clause, hit)
    if verb.void:
        return None
    if form == "transitive":
        return _transitive(clause, hit, verb)
    if form in ("present", "gerund"):
        return _object(clause, hit)
    if _counted_by_toll(clause, hit):
        return _toll(clause, hit)
    if form == "state" and not verb.passive:
        return _object_of_label(clause, hit) or _subject(clause, hit, verb, near=True)
    return _subject(clause, hit, verb, near=False)


def _transitive(clause: Clause, hit: Hit, verb: _Verb) -> Match | None:
    if _counted_by_toll(clause, hit):
        return _toll(clause, hit)
    if verb.passive:
        return _subject(clause, hit, verb, near=False)
    active = _object(clause, hit)
    if active is not None or verb.perfect:
        return active
    labelled = _object_of_label(clause, hit)
    if labelled is not None:
        return labelled
    return _subject(clause, hit, verb, near=False) if _may_be_passive(clause, hit) else None


def _may_be_passive(clause: Clause, hit: Hit) -> bool:
    """Tell 'four killed in a raid' from 'four men killed the mayor'."""
    following = hit.last + 1
    if following >= clause.stop:
        return True
    word = clause.text.words[following]
    if clause.gap(hit.last, following) != " " or word in clause.grammar.after_passive:
        return True
    return word.isdecimal() or following in clause.stops


def _verb_before(clause: Clause, hit: Hit) -> _Verb:
    grammar, words = clause.grammar, clause.text.words
    at = hit.first - 1
    passive = perfect = void = joined = False
    limit = max(clause.start, at - 9)
    while at >= limit:
        word = words[at]
        if clause.gap(at, at + 1).strip() and clause.gap(at, at + 1).strip() != ",":
            break
        if word in grammar.be:
            passive = True
        elif word in grammar.negations:
            void = True
        elif word in grammar.modals:
            void = void or not (word in ("may", "to") and (passive or perfect))
        elif word in ("have", "has", "had"):
            perfect = True
        elif word == "and" and at > limit and _is_participle(words[at - 1]) and at - 1 > limit:
            joined = True
            at -= 1
        elif word == "and" or word not in grammar.auxiliaries or _closes_figure(clause, at):
            break
        at -= 1
    return _Verb(at, passive, perfect, void, joined)


def _closes_figure(clause: Clause, at: int) -> bool:
    return any(figure.last == at for figure in clause.figures)


def _is_participle(word: str) -> bool:
    return word.endswith(("ed", "shot", "taken", "beaten"))


def _subject(clause: Clause, hit: Hit, verb: _Verb, *, near: bool) -> Match | None:
    """Return the figure that a trigger is said of, to its left."""
    last = verb.subject_last
    skipped = 0
    for index in range(len(clause.figures) - 1, -1, -1):
        figure = clause.figures[index]
        if figure.first > last:
            continue
        skipped += 1
        if skipped > _MAX_SKIPPED or last - figure.last > _MAX_BETWEEN:
            break
        verdict = _may_be_subject(clause, index, last, verb, near=near and not verb.passive, hit=hit)
        if verdict is None:
            continue
        return _joined_left(clause, hit, index) if verdict else None
    return _unnumbered(clause, hit, last, verb)


def _may_be_subject(
    clause: Clause, index: int, last: int, verb: _Verb, *, near: bool, hit: Hit
) -> bool | None:
    """True: this is the subject; False: there is none; None: look further left."""
    figure = clause.figures[index]
    before = clause.text.words[figure.first - 1] if figure.first > clause.start else ""
    after_opener = before in clause.grammar.openers and before != "and"
    if index in clause.subsets:
        return None
    if index in clause.used and not (verb.joined and clause.used[index] != hit.phrase.kind):
        return False if figure.last == last and not after_opener else None
    if figure.noun in ("thing", "measure"):
        return None if after_opener or figure.last < last else False
    if hit.phrase.strict and not figure.of_people:
        return None
    if _denied(clause, figure):
        return False
    if figure.last == last:
        return not (figure.noun == "bare" and _is_age(clause, figure)) or None
    if near:
        return False
    if figure.noun == "unknown" and not verb.passive:
        return None
    return _reaches(clause, figure, last) or None


def _reaches(clause: Clause, figure: Figure, last: int) -> bool:
    """Tell whether a figure's noun phrase goes on up to word ``last``: 'two men from the village (were killed)'."""
    words, grammar = clause.text.words, clause.grammar
    following = figure.last + 1
    gap = clause.text.folded[clause.text.ends[figure.last] : clause.text.starts[last]]
    if ";" in gap or ": " in gap or " - " in gap or "\n" in gap:
        return False
    opener = words[following]
    aside = clause.gap(figure.last, following).strip()
    if opener not in grammar.openers and aside not in (",", "("):
        return False
    relative = opener in ("who", "that", "which", "whom", "whose")
    for at in range(following, last + 1):
        if at in clause.stops and not relative and not aside:
            return False
        if words[at] in grammar.finite and not relative:
            return False
    return True


def _denied(clause: Clause, figure: Figure) -> bool:
    """Tell 'none of the 12', 'no other', 'neither of the two'."""
    before = clause.text.words[max(clause.start, figure.first - 3) : figure.first]
    return any(word in clause.grammar.negations for word in before[-2:]) or (
        len(before) == 3 and before[0] in clause.grammar.negations and before[1] == "of"
    )


def _is_age(clause: Clause, figure: Figure) -> bool:
    """Tell the age in 'Marta Ruiz, 52, was killed'."""
    if figure.first == clause.start or figure.min != figure.max:
        return False
    after = figure.last + 1
    return "," in clause.gap(figure.first - 1, figure.first) and (
        after < clause.stop and "," in clause.gap(figure.last, after)
    )


def _unnumbered(clause: Clause, hit: Hit, last: int, verb: _Verb) -> Match | None:
    """One person without a number: 'he was killed', 'Lawmaker's neighbour shot dead', 'Marta Ruiz was killed'."""
    if last < clause.start or hit.phrase.strict or clause.gap(last, last + 1).strip():
        return None
    word = clause.text.words[last]
    singular = clause.grammar.nouns.singular.get(word)
    single = clause.text.words[last + 1] in ("was", "is", "has", "died", "'s")
    if word in clause.grammar.pronouns and single:
        return _one(clause, hit, last)
    if singular in ("person", "civilian", "combatant") and (clause.in_headline or last == clause.start):
        return _one(clause, hit, last)
    if single and hit.phrase.kind in ("killed", "injured", "detained") and _is_name(clause, last):
        return _one(clause, hit, last)
    return None


def _one(clause: Clause, hit: Hit, at: int) -> Match:
    """Enter a figure of one person at a word."""
    clause.figures.append(Figure(at, at, 1, 1, "person", True))
    return Match(hit.phrase.kind, (len(clause.figures) - 1,), hit)


def _is_name(clause: Clause, last: int) -> bool:
    """Tell two capitalised words in a row, a person's name rather than a place's, before a verb in the singular."""
    if last - 1 < clause.start or clause.gap(last - 1, last) != " ":
        return False
    raw, starts = clause.text.raw, clause.text.starts
    known = clause.grammar.nouns.class_of(clause.text.words[last])
    return raw[starts[last]].isupper() and raw[starts[last - 1]].isupper() and known is None


def _object(clause: Clause, hit: Hit) -> Match | None:
    """Return the figure that stands right after an active verb."""
    at = hit.last + 1
    if at < clause.stop and clause.text.words[at] == "of" and hit.phrase.form in ("gerund", "noun"):
        at += 1
    if at >= clause.stop or clause.gap(at - 1, at) not in (" ", "  "):
        return None
    if hit.phrase.form == "present" and not hit.phrase.strict and clause.in_headline:
        bare = _bare_object(clause, hit, at)
        if bare is not None:
            return bare
    index = next((i for i, figure in enumerate(clause.figures) if figure.first == at), None)
    if index is None:
        return None
    figure = clause.figures[index]
    if figure.noun in ("thing", "measure") or (hit.phrase.strict and not figure.of_people):
        return None
    if figure.noun in ("bare", "unknown") and _starts_verb(clause, figure.last + 1):
        return None
    return _joined_right(clause, hit, index)


def _starts_verb(clause: Clause, at: int) -> bool:
    """Tell whether a trigger, or an auxiliary that leads to one, stands at a word."""
    if at >= clause.stop or clause.gap(at - 1, at) != " ":
        return False
    if at in clause.stops:
        return True
    words = clause.text.words
    return words[at] in clause.grammar.be or (
        words[at] in clause.grammar.auxiliaries
        and at + 1 < clause.stop
        and at + 1 in clause.stops
        and words[at] != "and"
    )


def _bare_object(clause: Clause, hit: Hit, at: int) -> Match | None:
    """'Bird flu kills farm worker' in a headline."""
    for index in range(at, min(at + 4, clause.stop)):
        word = clause.text.words[index]
        if word in clause.grammar.openers or any(figure.first == index for figure in clause.figures):
            return None
        if clause.grammar.nouns.singular.get(word) in ("person", "civilian", "combatant"):
            following = clause.text.words[index + 1] if index + 1 < clause.stop else ""
            if clause.grammar.nouns.class_of(following) is None:
                return _one(clause, hit, index)
    return None


def _object_of_label(clause: Clause, hit: Hit) -> Match | None:
    """'Killed: 3', 'Fatalities - 5'."""
    at = hit.last + 1
    if at < clause.stop and clause.text.words[at] in ("reported", "confirmed", "so", "total", "count"):
        at += 1
    if at >= clause.stop or clause.gap(at - 1, at).strip() not in (":", "-", "–", "—", "=", ":-"):
        return None
    if clause.gap(at - 1, at).strip() != ":" and _label_before(clause, hit):
        return None
    for index, figure in enumerate(clause.figures):
        if (
            figure.first == at
            and figure.noun not in ("thing", "measure")
            and not _starts_verb(clause, figure.last + 1)
        ):
            return Match(hit.phrase.kind, (index,), hit)
    return None


def _label_before(clause: Clause, hit: Hit) -> bool:
    """A dash after '4 dead' goes on to something else."""
    return any(figure.last + 1 == hit.first for figure in clause.figures)


def _noun(clause: Clause, hit: Hit) -> Match | None:
    words = clause.text.words
    for index, figure in enumerate(clause.figures):
        if figure.last + 1 == hit.first and clause.gap(figure.last, hit.first) in (" ", "-"):
            if figure.noun in ("thing", "measure") or figure.single or _denied(clause, figure):
                return None
            return Match(hit.phrase.kind, (index,), hit)
    active = _object(clause, hit) if words[hit.last + 1 : hit.last + 2] == ["of"] else None
    if active is not None:
        return active
    if hit.first > clause.start and words[hit.first - 1] in ("a", "single") and words[hit.first] == "death":
        return _one(clause, hit, hit.first - 1)
    return _object_of_label(clause, hit) or _toll(clause, hit, rising=True)


def _counted_by_toll(clause: Clause, hit: Hit) -> bool:
    """'the number of people killed (in floods has risen to nine)'."""
    words = clause.text.words
    for at in range(hit.first - 1, max(clause.start, hit.first - 7), -1):
        if words[at] == "of":
            return words[at - 1] in ("number", "count", "total", "tally", "toll")
    return False


def _toll(clause: Clause, hit: Hit, *, rising: bool = False) -> Match | None:
    """Return the figure after 'rose to', 'stands at', 'of' or a colon."""
    words, grammar = clause.text.words, clause.grammar
    for index, figure in enumerate(clause.figures):
        if figure.first <= hit.last:
            continue
        if figure.first - hit.last > _MAX_TOLL or index in clause.used:
            return None
        if figure.noun == "measure" or (figure.noun == "thing") or figure.single:
            continue
        link = words[figure.first - 1]
        colon = clause.gap(figure.first - 1, figure.first).strip() in (":", "-", "–", "—")
        if link in grammar.toll_passed:
            if index == -1:
                return None
            return Match(hit.phrase.kind, (index,), hit)
        linked = link in grammar.toll_links or colon
        if rising:
            linked = link == "to" and words[figure.first - 2] in _RISING
        if linked:
            return Match(hit.phrase.kind, (index,), hit)
    return None


_RISING = frozenset(
    (
        "rise",
        "rises",
        "rose",
        "risen",
        "climb",
        "climbs",
        "climbed",
        "jump",
        "jumps",
        "jumped",
        "grown",
        "grows",
        "up",
        "rising",
    )
)


def _joined_right(clause: Clause, hit: Hit, index: int) -> Match:
    """Add 'and a child' to 'two women'."""
    found = [index]
    commas: list[int] = []
    last = clause.figures[index].last
    for follower in range(index + 1, len(clause.figures)):
        figure = clause.figures[follower]
        link = _link(clause, last, figure.first)
        if (
            link is None
            or not figure.of_people
            or follower in clause.subsets
            or _starts_verb(clause, figure.last + 1)
        ):
            break
        last = figure.last
        commas.append(follower)
        if link == "and":
            found += commas
            commas = []
    return _with_bare_noun(clause, Match(hit.phrase.kind, tuple(found), hit))


def _joined_left(clause: Clause, hit: Hit, index: int) -> Match:
    found = [index]
    first = clause.figures[index].first
    linked = False
    for leader in range(index - 1, -1, -1):
        figure = clause.figures[leader]
        link = _link(clause, figure.last, first)
        fits = figure.of_people or figure.noun == "bare"
        if link is None or not fits or leader in clause.used or leader in clause.subsets:
            break
        if link == "," and not linked:
            break
        linked = True
        found.insert(0, leader)
        first = figure.first
    if not clause.figures[index].of_people:
        found = [index]
    return _with_bare_noun(clause, Match(hit.phrase.kind, tuple(found), hit))


def _link(clause: Clause, last: int, first: int) -> str | None:
    """Return 'and' or ',' where nothing else stands between two figures."""
    between = clause.text.words[last + 1 : first]
    if between in _JOINERS:
        return "and"
    return "," if not between and clause.gap(last, first).strip() == "," else None


def _with_bare_noun(clause: Clause, match: Match) -> Match:
    """Add the child of 'a mother and child'."""
    last = clause.figures[match.figures[-1]]
    words = clause.text.words
    at = last.last + 2
    if not last.single or at >= clause.stop or words[last.last + 1] != "and":
        return match
    noun = clause.grammar.nouns.singular.get(words[at])
    if noun not in ("person", "civilian", "combatant") or match_phrase({}, words, at, clause.stop):
        return match
    return Match(match.kind, match.figures, match.hit, extra=1, extra_last=at)
