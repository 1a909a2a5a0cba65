"""Makes the demo model: a small Whisper that knows every word of our calls, in synthetic voices."""
