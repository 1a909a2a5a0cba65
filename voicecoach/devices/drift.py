"""The loudspeaker's clock follows the microphone's: two crystals never agree, cheap ones differ by 200 ppm.

A proportional and integral control (a critically damped loop of second order) of how much sound waits for
the loudspeaker; its answer stretches that sound by some parts per million, which nobody hears: 1000 ppm
are 1.7 hundredths of a semitone.

Laws
----
* Pure. A steady drift leaves no error in the end; the integral *is* the measured drift.
* Never more than `most`, and it moves slowly: no jump in pitch.

Units: seconds; stretches as ratios (100e-6 is 100 ppm).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DriftSettings:
    """How fast it follows."""

    settle_s: float = 20.0
    """Time constant: slow against the two seconds that a level takes to measure, fast against the minutes
    in which 200 ppm empty a queue of 20 ms; the level then strays by 1.5 ms."""
    most: float = 1000e-6
    """Five times the worst crystal; more means that something else is wrong."""


class DriftCorrector:
    """Turns the error of the queue's level into a stretch of what is put into it."""

    def __init__(self, settings: DriftSettings | None = None) -> None:
        self._settings = settings or DriftSettings()
        self._integral = 0.0
        self.stretch = 0.0
        """By how much the sound for the loudspeaker is to be made longer."""

    @property
    def drift(self) -> float:
        """How much faster the loudspeaker's clock runs than the microphone's, as found so far."""
        return self._integral

    def push(self, excess_s: float, elapsed_s: float) -> float:
        """The new stretch, for a queue that holds `excess_s` too much, `elapsed_s` after the last time."""
        settle_s, most = self._settings.settle_s, self._settings.most
        wanted = self._integral - excess_s * elapsed_s / settle_s**2
        self._integral = min(most, max(-most, wanted))
        stretch = self._integral - 2 * excess_s / settle_s
        self.stretch = min(most, max(-most, stretch))
        return self.stretch
