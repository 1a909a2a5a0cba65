"""A flight simulator for hard phone calls: grade recordings and rehearse with upset callers."""

__version__ = "0.1.0"
