"""The query language of a rule's ``text``: words, "phrases", AND, OR, NOT, brackets and prefix*.

Words side by side must all occur. NOT binds closest, then AND, then OR. Evaluation is linear in the text.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")
_TOKEN = re.compile(r'"([^"]*)"|([()])|([^\s()"]+)|(")')
MAX_TERMS = 200
"""A query with more terms than this is refused."""


@dataclass(frozen=True, slots=True)
class WordBag:
    """A text ready to be asked: its words in order, joined by single spaces, and as a set."""

    joined: str
    words: frozenset[str]


Query = Callable[[WordBag], bool]


class QueryError(ValueError):
    """A text query that cannot be parsed; the message says what is wrong."""


def words_of(text: str) -> WordBag:
    """Return the folded words of a text."""
    words = _WORD.findall(text.casefold())
    return WordBag(f" {' '.join(words)} ", frozenset(words))


def parse_query(source: str) -> Query:
    """Compile a text query.

    Raises:
        QueryError: a bracket or quotation mark is open, an operand is missing, or there are too many terms.

    """
    tokens = _tokens(source)
    if len(tokens) > MAX_TERMS:
        raise QueryError(f"{len(tokens)} terms; at most {MAX_TERMS} are taken")
    query, rest = _parse_or(tokens)
    if rest:
        raise QueryError(f"{rest[0][1]!r} stands where the query should end")
    return query


_Token = tuple[str, str]
"""(kind, text); kind is op, bracket, phrase or word."""
_Parsed = tuple[Query, Sequence[_Token]]


def _tokens(source: str) -> list[_Token]:
    found: list[_Token] = []
    for phrase, bracket, word, stray in _TOKEN.findall(source):
        if stray:
            raise QueryError("a quotation mark is not closed")
        if bracket:
            found.append(("bracket", bracket))
        elif word in {"AND", "OR", "NOT"}:
            found.append(("op", word))
        elif word:
            found.append(("word", word))
        else:
            found.append(("phrase", phrase))
    return found


def _parse_or(tokens: Sequence[_Token]) -> _Parsed:
    query, rest = _parse_and(tokens)
    branches = [query]
    while rest and rest[0] == ("op", "OR"):
        query, rest = _parse_and(rest[1:])
        branches.append(query)
    return (branches[0] if len(branches) == 1 else _any_of(branches)), rest


def _parse_and(tokens: Sequence[_Token]) -> _Parsed:
    query, rest = _parse_not(tokens)
    parts = [query]
    while rest and rest[0] != ("op", "OR") and rest[0] != ("bracket", ")"):
        query, rest = _parse_not(rest[1:] if rest[0] == ("op", "AND") else rest)
        parts.append(query)
    return (parts[0] if len(parts) == 1 else _all_of(parts)), rest


def _parse_not(tokens: Sequence[_Token]) -> _Parsed:
    if tokens and tokens[0] == ("op", "NOT"):
        inner, rest = _parse_not(tokens[1:])
        return (lambda bag: not inner(bag)), rest
    return _parse_operand(tokens)


def _parse_operand(tokens: Sequence[_Token]) -> _Parsed:
    if not tokens or tokens[0][0] == "op" or tokens[0] == ("bracket", ")"):
        raise QueryError(
            "a word, a phrase or a bracket is missing" + (f" before {tokens[0][1]!r}" if tokens else "")
        )
    kind, text = tokens[0]
    if kind == "bracket":
        query, rest = _parse_or(tokens[1:])
        if not rest or rest[0] != ("bracket", ")"):
            raise QueryError("a bracket is not closed")
        return query, rest[1:]
    return _term(text), tokens[1:]


def _term(text: str) -> Query:
    prefix = text.endswith("*")
    words = _WORD.findall(text.casefold())
    if not words:
        raise QueryError(f"{text!r} holds no word")
    if len(words) == 1 and not prefix:
        only = words[0]
        return lambda bag: only in bag.words
    sought = f" {' '.join(words)}" + ("" if prefix else " ")
    return lambda bag: sought in bag.joined


def _any_of(branches: list[Query]) -> Query:
    return lambda bag: any(branch(bag) for branch in branches)


def _all_of(parts: list[Query]) -> Query:
    return lambda bag: all(part(bag) for part in parts)
