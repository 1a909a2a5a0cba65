"""Measurements of speed and accuracy, against peers; one command each."""
