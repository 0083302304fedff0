"""Names and other texts of rules and posts, in the form in which they are compared."""


def spaced(text: str) -> str:
    """Return a text with single spaces between its words; one of nothing but spaces stays as it is."""
    return " ".join(text.split()) or text


def folded(name: str) -> str:
    """Return the name of an actor or a place without case, and spaced."""
    return spaced(name.casefold())
