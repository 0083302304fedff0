"""Sources: documents to raw posts."""
