"""Floor 2: one outside thing each, behind a port."""
