"""The query language of a rule's ``text``: words, "phrases", AND, OR, NOT, brackets and prefix*.

Words side by side must all occur. NOT binds closest, then AND, then OR. Evaluation is linear in the text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

_WORD = re.compile(r"[^\W_]+")
_TOKEN = re.compile(r'"([^"]*)"|([()])|([^\s()"]+)|(")')
MAX_TERMS = 200
"""A query with more terms than this is refused."""


@dataclass(frozen=True, slots=True)
class WordBag:
    """A text ready to be asked: its words in order, joined by single spaces, and as a set."""

    joined: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a phrase: folded words joined by single spaces. With ``prefix`` the last one may go on."""

    text: str
    prefix: bool

    @property
    def pattern(self) -> str:
        """What ``WordBag.joined`` holds where the term occurs."""
        return f" {self.text}" if self.prefix else f" {self.text} "

    def __call__(self, bag: WordBag) -> bool:
        """Tell whether a text holds the term."""
        if self.prefix or " " in self.text:
            return self.pattern in bag.joined
        return self.text in bag.words


@dataclass(frozen=True, slots=True)
class Joined:
    """Queries joined by AND (all), OR (any) or NOT (not, of one part)."""

    kind: Literal["all", "any", "not"]
    parts: tuple["Query", ...]

    def __call__(self, bag: WordBag) -> bool:
        """Tell whether the query holds for a text."""
        if self.kind == "not":
            return not self.parts[0](bag)
        results = (part(bag) for part in self.parts)
        return any(results) if self.kind == "any" else all(results)


Query = Term | Joined


class QueryError(ValueError):
    """A text query that cannot be parsed; the message says what is wrong.

    Attributes:
        position: character of the query, from 0, at which it is wrong; its length where something is missing
            at the end.

    """

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


class _Token(NamedTuple):
    """A piece of the query; kind is op, bracket, phrase or word."""

    kind: str
    text: str
    position: int


def words_of(text: str) -> WordBag:
    """Return the folded words of a text."""
    words = _WORD.findall(text.casefold())
    return WordBag(f" {' '.join(words)} ", frozenset(words))


def parse_query(source: str) -> Query:
    """Parse a text query; the outcome is called with a text to learn whether it holds.

    Raises:
        QueryError: a bracket or quotation mark is open, an operand is missing, or there are too many terms.

    """
    tokens = _tokens(source)
    if len(tokens) > MAX_TERMS:
        raise QueryError(f"{len(tokens)} terms; at most {MAX_TERMS} are taken", tokens[MAX_TERMS].position)
    query, rest = _parse_or(tokens, len(source))
    if rest:
        raise QueryError(f"{rest[0].text!r} stands where the query should end", rest[0].position)
    return query


_Parsed = tuple[Query, Sequence[_Token]]


def _tokens(source: str) -> list[_Token]:
    found: list[_Token] = []
    for match in _TOKEN.finditer(source):
        phrase, bracket, word, stray = match.groups()
        if stray:
            raise QueryError("a quotation mark is not closed", match.start())
        if bracket:
            found.append(_Token("bracket", bracket, match.start()))
        elif word:
            kind = "op" if word in {"AND", "OR", "NOT"} else "word"
            found.append(_Token(kind, word, match.start()))
        else:
            found.append(_Token("phrase", phrase, match.start()))
    return found


def _starts(tokens: Sequence[_Token], kind: str, text: str) -> bool:
    return bool(tokens) and tokens[0][:2] == (kind, text)


def _parse_or(tokens: Sequence[_Token], end: int) -> _Parsed:
    query, rest = _parse_and(tokens, end)
    branches = [query]
    while _starts(rest, "op", "OR"):
        query, rest = _parse_and(rest[1:], end)
        branches.append(query)
    return (branches[0] if len(branches) == 1 else Joined("any", tuple(branches))), rest


def _parse_and(tokens: Sequence[_Token], end: int) -> _Parsed:
    query, rest = _parse_not(tokens, end)
    parts = [query]
    while rest and not _starts(rest, "op", "OR") and not _starts(rest, "bracket", ")"):
        query, rest = _parse_not(rest[1:] if _starts(rest, "op", "AND") else rest, end)
        parts.append(query)
    return (parts[0] if len(parts) == 1 else Joined("all", tuple(parts))), rest


def _parse_not(tokens: Sequence[_Token], end: int) -> _Parsed:
    if _starts(tokens, "op", "NOT"):
        inner, rest = _parse_not(tokens[1:], end)
        return Joined("not", (inner,)), rest
    return _parse_operand(tokens, end)


def _parse_operand(tokens: Sequence[_Token], end: int) -> _Parsed:
    if not tokens:
        raise QueryError("a word, a phrase or a bracket is missing", end)
    first, rest = tokens[0], tokens[1:]
    if first.kind == "op" or _starts(tokens, "bracket", ")"):
        raise QueryError(f"a word, a phrase or a bracket is missing before {first.text!r}", first.position)
    if first.kind != "bracket":
        return _term(first), rest
    query, rest = _parse_or(rest, end)
    if not _starts(rest, "bracket", ")"):
        raise QueryError("a bracket is not closed", first.position)
    return query, rest[1:]


def _term(token: _Token) -> Query:
    prefix = token.text.endswith("*")
    words = _WORD.findall(token.text.casefold())
    if not words:
        raise QueryError(f"{token.text!r} holds no word", token.position)
    return Term(" ".join(words), prefix)
