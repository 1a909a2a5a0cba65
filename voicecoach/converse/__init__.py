"""Floor 1: the caller: when they speak, what they say, how upset they are."""
