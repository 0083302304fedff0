"""Rules: as people write them, their mistakes, their canonical form, and compiled."""
