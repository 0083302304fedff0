"""Coverage-guided fuzzing, apart from the test suite: ``make fuzz``."""
