"""Whether a rule speaks about a story, now or when a time is over, and what it has said so far."""
