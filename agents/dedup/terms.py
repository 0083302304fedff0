"""Terms: the form of a word under which stories are compared."""


def term_of(word: str) -> str:
    """Return a folded word without its possessive and plural endings.

    The endings are those of D. Harman, "How effective is suffixing?", JASIS 42 (1991): the S stemmer.
    """
    word = word.removesuffix("'s").removesuffix("'")
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    return word[:-1]
