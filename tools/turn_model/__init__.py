"""Fits the turn model: has the speaker finished, or are they only pausing?"""
