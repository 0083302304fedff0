"""What subscribers get: alerts and decisions, in words and as CAP."""
