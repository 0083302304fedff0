"""The figure that a trigger is said of: 'four people, two of them children, were killed'."""

from dataclasses import dataclass
from typing import Final

from agents.classification.casualties.clause import MAX_BETWEEN, Clause, Match
from agents.classification.casualties.figures import Figure
from agents.classification.casualties.joins import joined_left
from agents.classification.casualties.triggers import Hit

_MAX_AUXILIARIES: Final = 9
_MAX_SKIPPED: Final = 6
"""Figures passed over on the way from a trigger to its subject."""
_MAX_NEAR: Final = 4
"""Words between a figure and 'dead' or 'missing' without a verb: 'all 5 on board dead'."""
_MAX_JOINED: Final = 5
"""Words of an uncounted group that is added: 'and an unknown number of militants'."""


@dataclass(slots=True)
class Verb:
    """What stands before a trigger."""

    subject_last: int
    """The last word of its subject."""
    passive: bool
    perfect: bool
    void: bool
    """Negated, or only possible."""
    joined: bool
    """'abducted and killed': the subject is shared with another verb."""


def verb_before(clause: Clause, hit: Hit) -> Verb:
    """Read the auxiliaries and adverbs before a trigger."""
    grammar = clause.grammar
    passive = perfect = void = joined = False
    at = hit.first - 1
    limit = max(clause.start, at - _MAX_AUXILIARIES)
    while at >= limit:
        word = clause.text.words[at]
        if clause.gap(at, at + 1).strip() not in ("", ",", ")"):
            break
        if at in clause.replaced:
            at = clause.replaced[at]
        elif word in grammar.be:
            passive = True
        elif word in grammar.negations:
            void = True
        elif word in grammar.modals:
            void = void or not (word in ("may", "might", "to") and (passive or perfect)) or word == "might"
        elif word in ("have", "has", "had"):
            perfect = True
        elif word == "and" and at - 1 > limit and _is_participle(clause.text.words[at - 1]):
            joined = True
            at -= 1
        elif word not in grammar.auxiliaries or clause.figure_to(at) is not None:
            break
        at -= 1
    return Verb(at, passive, perfect, void, joined)


def _is_participle(word: str) -> bool:
    return word.endswith(("ed", "shot", "taken", "beaten", "hit"))


def subject(clause: Clause, hit: Hit, verb: Verb, *, near: bool) -> Match | None:
    """Return the figure to the left of a trigger that it is said of.

    Args:
        clause: the sentence.
        hit: the trigger.
        verb: what stands before it.
        near: only right before the trigger ('four dead').

    """
    last = verb.subject_last
    shared = clause.word(last) == "and" and (verb.passive or hit.phrase.form == "intransitive")
    for skipped, figure in enumerate(clause.before(last)):
        if skipped >= _MAX_SKIPPED or last - figure.last > MAX_BETWEEN:
            break
        verdict = _verdict(clause, figure, verb, hit, near=near, shared=shared)
        if verdict is None:
            continue
        return Match(hit.phrase.kind, joined_left(clause, figure), hit) if verdict else None
    return _unnumbered(clause, hit, verb)


def _verdict(
    clause: Clause, figure: Figure, verb: Verb, hit: Hit, *, near: bool, shared: bool
) -> bool | None:
    """True: this is the subject; False: there is none; None: look further left."""
    last = verb.subject_last
    adjacent = figure.last == last
    before = _word_before(clause, figure)
    if _is_aside(clause, figure, before) or _lacks_noun(clause, figure, hit, adjacent=adjacent):
        return None
    if figure.first in clause.used and not (shared or verb.joined):
        return False if adjacent else None
    if figure.noun in ("thing", "measure"):
        return False if adjacent and before not in clause.grammar.openers else None
    if is_denied(clause, figure) or (near and last - figure.last > _MAX_NEAR):
        return False
    if adjacent:
        fits = not _is_age(clause, figure)
    elif shared:
        fits = _shares(clause, figure, last)
    else:
        fits = (verb.passive or figure.noun != "unknown") and _reaches(clause, figure, last)
    return fits or None


def _word_before(clause: Clause, figure: Figure) -> str:
    """Return the word before a figure and its article."""
    article = clause.word(figure.first - 1) == "the"
    return clause.word(figure.first - (2 if article else 1))


def _is_aside(clause: Clause, figure: Figure, before: str) -> bool:
    """Tell a figure that is part of another, a place or time, out of how many, or who was saved."""
    if figure.first in clause.subsets or before in clause.grammar.rescues:
        return True
    if before == "of":
        return clause.word(figure.first - 2) == "out"
    return before in clause.grammar.locatives and clause.gap(figure.first - 1, figure.first) == " "


def _lacks_noun(clause: Clause, figure: Figure, hit: Hit, *, adjacent: bool) -> bool:
    """Tell whether a trigger asks for a noun that the figure does not have."""
    if hit.phrase.nouns:
        return clause.word(figure.last) not in hit.phrase.nouns
    if hit.phrase.strict and not figure.single and clause.word(hit.first - 1) in ("was", "is"):
        return True  # 'a protest against the killing of four farmers was held'
    elliptical = adjacent and _is_elliptical(clause, hit)
    return hit.phrase.strict and not figure.of_people and not elliptical


def _is_elliptical(clause: Clause, hit: Hit) -> bool:
    """Tell '38 were killed and 21 captured' and the headline 'Two held over arms', which need no noun."""
    return bool(clause.used) or (clause.in_headline and hit.phrase.kind == "detained")


def _reaches(clause: Clause, figure: Figure, last: int) -> bool:
    """Tell whether a figure's noun phrase goes on up to a word: 'two men from the village (were killed)'."""
    words, grammar = clause.text.words, clause.grammar
    following = figure.last + 1
    if _is_cut(clause, figure.last, last):
        return False
    opener = words[following]
    if opener == "and":
        return _joins_unnumbered(clause, following + 1, last)
    aside = clause.gap(figure.last, following).strip()
    if opener not in grammar.openers and aside not in (",", "(") and not opener.endswith(("ed", "ing")):
        return False
    relative = opener in grammar.relatives
    for at in range(following, last + 1):
        if words[at] in grammar.clause_words and at > following:
            return False
        if not relative and ((at in clause.stops and not aside) or words[at] in grammar.finite):
            return False
    return True


def _joins_unnumbered(clause: Clause, first: int, last: int) -> bool:
    """Tell 'a mother and child', '7,000 men and boys', 'two men and several women'."""
    nouns = clause.grammar.nouns
    word = clause.word(last)
    people = nouns.class_of[word] not in (None, "thing", "measure") or nouns.is_person(word)
    inside = clause.text.words[first:last]
    closed = any(
        each in clause.grammar.finite or each in clause.grammar.determiners for each in inside if each != "an"
    )
    return people and last - first <= _MAX_JOINED and not closed


def _shares(clause: Clause, figure: Figure, last: int) -> bool:
    """Tell whether two verbs have one subject: 'two sisters were swept away and (are missing)'."""
    verbs = clause.text.words[figure.last + 1 : last]
    between = any(other.last < last and other.noun != "bare" for other in clause.after(figure.last)[:3])
    return (
        not _is_cut(clause, figure.last, last)
        and not between
        and any(word in clause.grammar.be for word in verbs)
    )


def _is_cut(clause: Clause, left: int, right: int) -> bool:
    gap = clause.text.folded[clause.text.ends[left] : clause.text.starts[right]]
    return ";" in gap or ": " in gap or " - " in gap or "\n" in gap or " – " in gap or " — " in gap


def is_denied(clause: Clause, figure: Figure) -> bool:
    """Tell 'none of the 12', 'no other', 'neither of the two'."""
    before = clause.text.words[max(clause.start, figure.first - 3) : figure.first]
    negations = clause.grammar.negations
    return any(word in negations for word in before[-2:]) or (
        len(before) == 3 and before[0] in negations and before[1] == "of"
    )


def _is_age(clause: Clause, figure: Figure) -> bool:
    """Tell the age in 'Marta Ruiz, 52, was killed' and in 'a woman of 79 died'."""
    if figure.noun == "bare" and clause.word(figure.first - 1) == "of":
        older = clause.figure_to(figure.first - 2)
        return older is not None and older.single
    if figure.noun != "bare" or figure.first == clause.start or figure.min != figure.max:
        return False
    after = figure.last + 1
    return "," in clause.gap(figure.first - 1, figure.first) and (
        after < clause.stop and "," in clause.gap(figure.last, after)
    )


def _unnumbered(clause: Clause, hit: Hit, verb: Verb) -> Match | None:
    """One person without number or article: 'he was killed', 'Lawmaker's neighbour shot dead'."""
    last = verb.subject_last
    following = clause.word(last + 1)
    aged = clause.word(last).isdecimal() and last > clause.start and clause.gap(last - 1, last) == ", "
    if aged:
        last -= 1
    elif last < clause.start or clause.gap(last, last + 1).strip() or clause.figure_to(last):
        return None
    word = clause.text.words[last]
    single = following in clause.grammar.singular_verbs
    if hit.phrase.strict:
        fits = False
    elif clause.grammar.nouns.is_person(word):
        fits = clause.in_headline or last == clause.start or _is_possessed(clause, last)
    elif word in clause.grammar.pronouns:
        single = single and (verb.passive or hit.phrase.form != "transitive")
        return one(hit, last, pronoun=True) if single else None
    else:
        fits = single and hit.phrase.kind in ("killed", "injured", "detained") and _is_name(clause, last)
    return one(hit, last) if fits else None


def one(hit: Hit, at: int, *, pronoun: bool = False) -> Match:
    """Return a match of one person named at a word."""
    return Match(hit.phrase.kind, (Figure(at, at, 1, 1, "person", True),), hit, named=True, pronoun=pronoun)


def _is_possessed(clause: Clause, last: int) -> bool:
    """Tell 'Pakistan's former prime minister (was arrested)'."""
    return any(
        clause.word(at).endswith(("'s", "s'")) and not clause.gap(at, at + 1).strip()
        for at in range(last - 1, max(clause.start, last - 5) - 1, -1)
    )


def _is_name(clause: Clause, last: int) -> bool:
    """Tell two capitalised words in a row before a verb: a person's name rather than a place's."""
    if last - 1 < clause.start or clause.gap(last - 1, last) != " ":
        return False
    known = clause.grammar.nouns.class_of[clause.text.words[last]]
    return is_capitalised(clause, last) and is_capitalised(clause, last - 1) and known is None


def is_capitalised(clause: Clause, at: int) -> bool:
    """Tell whether a word of the sentence starts with a capital."""
    return clause.start <= at < clause.stop and clause.text.capitals[at]
