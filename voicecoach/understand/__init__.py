"""Floor 1: from words to dialogue acts."""
