"""Fits the pitch tracker's weights; see ``__main__``."""
