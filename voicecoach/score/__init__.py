"""Floor 1: from a call and a rubric to a scorecard."""
