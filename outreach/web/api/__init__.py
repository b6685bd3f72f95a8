"""The office for other programs: what can be read, and replies written down, as JSON."""
