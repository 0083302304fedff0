"""The people, organisations, forces and governments that a post names."""

from bisect import bisect_left

from agents.classification.actors.grammar import ActorGrammar, Pattern, load_actors
from agents.classification.actors.people import Person, find_people
from agents.classification.language.text import Text
from agents.classification.language.tokens import LOWER, MAX_CHARS, Tokens
from schemas.events import Actor, Place

__all__ = ["ActorGrammar", "find_actors", "load_actors"]

_Found = tuple[int, int, str, Pattern]


def find_actors(grammar: ActorGrammar, text: Text, tokens: Tokens, places: list[Place]) -> list[Actor]:
    """Return the actors that a post names, one for each, in the order of the text.

    A country or its capital is a government where it is the subject of a verb of speech ('Moscow denies').

    Args:
        grammar: what ``load_actors`` returned.
        text: the post.
        tokens: its words, from ``tokenise``.
        places: what ``find_places`` returned for it.

    """
    bodies = _bodies(grammar, text, tokens)
    taken = [place.span for place in places] + [(start, end) for start, end, _, _ in bodies]
    found: dict[str, Actor] = {}
    for start, end, identity, pattern in bodies:
        found.setdefault(identity, Actor(name=text.raw[start:end], kind=pattern.kind, span=(start, end)))
    _add_people(tokens, find_people(grammar, tokens, taken), found)
    return sorted(found.values(), key=lambda actor: actor.span)


def _bodies(grammar: ActorGrammar, text: Text, tokens: Tokens) -> list[_Found]:
    found: list[_Found] = []
    folded = text.folded[:MAX_CHARS]
    size = len(folded)
    for number, start, end in grammar.automaton.find_matches_as_indexes(folded):
        if start and folded[start - 1].isalnum():
            continue
        if end < size and folded[end].isalnum() and folded[end - 1].isalnum():
            continue
        for pattern in grammar.patterns[number]:
            match = _match(grammar, text, tokens, pattern, start, end)
            if match is not None:
                found.append(match)
                break
    return found


def _match(
    grammar: ActorGrammar, text: Text, tokens: Tokens, pattern: Pattern, start: int, end: int
) -> _Found | None:
    if pattern.what == "name":
        if text.raw[start:end].replace("’", "'") not in (pattern.spelling, pattern.spelling.upper()):
            return None
        return (start, end, f"#{pattern.actor}", pattern)
    if pattern.what == "nation" and not _speaks(grammar, text, end):
        return None
    index = _token_at(tokens, start)
    if index < 0:
        return None
    if pattern.what == "body":
        return _national_body(grammar, text, tokens, pattern, index, end)
    return _government(text, tokens, pattern, index, end)


def _speaks(grammar: ActorGrammar, text: Text, end: int) -> bool:
    """Tell whether a verb of speech follows."""
    if text.raw[end : end + 1] != " ":
        return False
    after = text.word_index(end) + 1
    return after < len(text.words) and text.words[after] in grammar.speech_verbs


def _token_at(tokens: Tokens, start: int) -> int:
    """Return the word that starts at an offset, -1 where none does."""
    index = bisect_left(tokens.starts, start)
    return index if index < tokens.count and tokens.starts[index] == start else -1


def _national_body(
    grammar: ActorGrammar, text: Text, tokens: Tokens, pattern: Pattern, index: int, end: int
) -> _Found | None:
    """'Russian defence ministry', "Ukraine's air force": the nation belongs to the name."""
    before = index - 1
    if before < 0 or tokens.glues[before] != " " or tokens.shapes[before] == LOWER:
        return None
    if not (tokens.possessive[before] or tokens.keys[before] in grammar.nationals):
        return None
    start = tokens.starts[before]
    return (start, end, text.folded[start:end], pattern)


def _government(text: Text, tokens: Tokens, pattern: Pattern, index: int, end: int) -> _Found | None:
    """'Russia says': a nation's name in front of a verb of speech."""
    if tokens.shapes[index] == LOWER or tokens.possessive[index]:
        return None
    start = tokens.starts[index]
    return (start, end, text.folded[start:end], pattern)


def _add_people(tokens: Tokens, people: list[Person], found: dict[str, Actor]) -> None:
    """Add people; a surname alone means the person of that surname named in full."""
    surnames = {tokens.keys[person.last] for person in people if person.last > person.first}
    for person in people:
        start, end = tokens.starts[person.first], tokens.ends[person.last]
        key = tokens.keys[person.last]
        if person.first == person.last and key in surnames:
            continue
        found.setdefault(f"person {key}", Actor(name=tokens.raw[start:end], kind="person", span=(start, end)))
