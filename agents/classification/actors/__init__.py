"""People, organisations, forces and governments named in a post."""
