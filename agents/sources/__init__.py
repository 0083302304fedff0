"""Documents and lines of JSON in, raw posts out."""
