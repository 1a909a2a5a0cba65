"""A graded call as one HTML file that a coach can listen to: no network, no server, no build step.

`render` is pure: it takes a record (`voicecoach.apps.record`) and the call's sound, and gives text.
"""

from voicecoach.apps.report.page import INLINE_LIMIT, AudioForPage, render
from voicecoach.apps.report.waveform import PeakMeter, Peaks, peaks

__all__ = ["INLINE_LIMIT", "AudioForPage", "PeakMeter", "Peaks", "peaks", "render"]
