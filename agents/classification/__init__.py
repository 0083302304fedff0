"""What a post says: category, places, actors, casualties, attributions, severity, status."""
