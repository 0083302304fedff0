"""Sources on the web, asked again and again: when to ask, what has changed, what may be fetched at all."""
