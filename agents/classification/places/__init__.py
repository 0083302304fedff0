"""Places named in a post, what they are, and which one is where it happened."""
