"""Which rules fire on a story, and why."""
