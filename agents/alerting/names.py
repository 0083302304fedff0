"""Names of actors and places, as rules and posts spell them."""


def folded(name: str) -> str:
    """Return a name in the form in which names are compared: without case, with single spaces.

    One of nothing but spaces stays as it is.
    """
    return " ".join(name.casefold().split()) or name
