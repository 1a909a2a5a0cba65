"""Fits the turn model, which tells the end of a turn from a pause."""
