"""``python -m voicecoach``: the same as the command ``voicecoach``."""

from voicecoach.cli import main

main()
