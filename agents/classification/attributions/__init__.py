"""Who says what in a post, and with what stance."""
