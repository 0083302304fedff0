"""Casualty figures: how many, of what, whom, by whose account."""
