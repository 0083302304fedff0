"""Terms: the form of a word under which stories are compared."""

import re
import unicodedata

import xxhash

_PREFIX = 6
"""Letters that a term keeps: 'Estonia' and 'Estonian', 'resign' and 'resignation' are one."""
_INFLECTED = re.compile(r"[\u0400-\u052f]{4,}?(?=[аеёиоуыэюяієїйь]*$)")
"""What is left of a Cyrillic word without the vowels that its case ends in."""
_CYRILLIC_PREFIX = 5
"""Letters that are kept of it: further ones are mostly endings."""


def base_of(word: str) -> str:
    """Return a folded word without accents and the possessive, a Cyrillic one without its ending."""
    if word.isascii():
        return word.removesuffix("'s").removesuffix("'")
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter)
    )
    inflected = _INFLECTED.match(plain)
    return inflected[0][:_CYRILLIC_PREFIX] if inflected else plain.removesuffix("'s").removesuffix("'")


def meant_by(word: str, synonyms: dict[str, str]) -> str:
    """Return the base of a folded word, or of the word that stands for it and its synonyms."""
    base = base_of(word)
    return synonyms.get(base) or synonyms.get(_singular(base), base)


def name_of(word: str) -> str:
    """Return the letters of a folded name in alphabetical order, each once: swapped and doubled letters
    make no difference."""
    base = base_of(word)
    return "".join(sorted(set(base))) if len(base) > 4 else base


def term_of(word: str) -> str:
    """Return the first letters of a folded word without its possessive and plural endings.

    The endings are those of D. Harman, "How effective is suffixing?", JASIS 42 (1991): the S stemmer.
    """
    return _singular(base_of(word))[:_PREFIX]


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    return word[:-1]


def hash_of(text: str) -> int:
    """Return the 32-bit hash under which words, names and terms are compared."""
    return xxhash.xxh32_intdigest(text.encode("utf-8", "surrogatepass"))
