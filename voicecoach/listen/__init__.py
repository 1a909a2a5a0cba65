"""Floor 1: from two tracks of samples to turns, words, overlaps and prosody."""
