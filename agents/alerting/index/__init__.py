"""The predicate index: which of very many rules need to be asked about a story."""
