"""Terms: the form of a word under which stories are compared."""

_PREFIX = 6
"""Letters that a term keeps: 'Estonia' and 'Estonian', 'resign' and 'resignation' are one."""


def base_of(word: str) -> str:
    """Return a folded word without the possessive."""
    return word.removesuffix("'s").removesuffix("'")


def name_of(word: str) -> str:
    """Return the letters of a folded name in alphabetical order, each once: swapped and doubled letters
    make no difference."""
    base = base_of(word)
    return "".join(sorted(set(base))) if len(base) > 4 else base


def term_of(word: str) -> str:
    """Return the first letters of a folded word without its possessive and plural endings.

    The endings are those of D. Harman, "How effective is suffixing?", JASIS 42 (1991): the S stemmer.
    """
    word = base_of(word)
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word[:_PREFIX]
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return (word[:-3] + "y")[:_PREFIX]
    return word[:-1][:_PREFIX]
