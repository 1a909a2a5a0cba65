"""Trains and judges the act classifier; nothing here runs in the product."""
