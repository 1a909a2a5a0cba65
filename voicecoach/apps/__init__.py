"""Floor 3: what the commands do."""
