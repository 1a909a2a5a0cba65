"""What a live call looks like: words as they firm up, and how they sound.

Three forms: a panel that renews itself on a terminal, plain lines (``--plain``, pipes), JSON lines.

Laws
----
* Tentative words are dim *and* in brackets; color and weight never say anything alone.
* Finals are printed once and stay; everything that may still change lives in the panel.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from statistics import median
from typing import Protocol, Self

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from voicecoach.apps.outcome_text import printable
from voicecoach.events import FinalHeard, Notice, PartialHeard, Sounded, TurnEnded
from voicecoach.listen.meters import Reading, VoiceMeter
from voicecoach.speech import EndOfTurn, Speaker
from voicecoach.timeline import seconds

NAME_WIDTH = max(len(speaker) for speaker in Speaker)

SCALE_ST, SCALE_DB = 6.0, 12.0
"""Half the width of a needle's scale: what lively speech moves by."""

NEEDLE = 5
"""Characters on each side of a needle's middle: 80 columns hold two of them and the pace."""


class Screen(Protocol):
    """Shows a call while it happens; a context manager."""

    def tell(self, notice: Notice, now: int) -> None:
        """Show what became known when the call was `now` samples old."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class _Unopened:
    """A screen with nothing to start and nothing to end."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class Lines(_Unopened):
    """One line for each final and each end of a turn."""

    def __init__(self, write: Callable[[Text], None]) -> None:
        self._write = write
        self._meters = {speaker: VoiceMeter() for speaker in Speaker}
        self._readings: dict[Speaker, Reading] = {}
        self._spoken: dict[Speaker, list[Reading]] = {speaker: [] for speaker in Speaker}

    def tell(self, notice: Notice, now: int) -> None:
        """Print what is certain."""
        del now
        match notice:
            case Sounded():
                reading = self._meters[notice.speaker].push(notice.frames)
                self._readings[notice.speaker] = reading
                if reading.pitch_st is not None:
                    self._spoken[notice.speaker].append(reading)
            case FinalHeard() if notice.words:
                self._write(self._final(notice))
            case TurnEnded():
                self._write(_end(notice.speaker, notice.end))

    def _final(self, final: FinalHeard) -> Text:
        speaker = final.segment.speaker
        words = " ".join(word.text for word in final.words)
        line = Text(f"{_clock(final.segment.span.start)}  {speaker:{NAME_WIDTH}}  ")
        line.append(printable(words), "bold")
        figures = in_words(self._spoken[speaker])
        self._spoken[speaker].clear()
        return line.append(f"  ({figures})", "dim") if figures else line


class Panel(Lines):
    """The same, above a panel with the words so far and the meters."""

    def __init__(self, console: Console) -> None:
        self._live = Live(console=console, refresh_per_second=10, transient=True)
        super().__init__(self._live.console.print)
        self._partials: dict[Speaker, PartialHeard | None] = {}

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def tell(self, notice: Notice, now: int) -> None:
        """Print what is certain, renew the rest."""
        super().tell(notice, now)
        if isinstance(notice, PartialHeard):
            self._partials[notice.speaker] = notice
        elif isinstance(notice, FinalHeard):
            self._partials[notice.segment.speaker] = None
        self._live.update(Group(*self._rows(now)))

    def _rows(self, now: int) -> list[Text]:
        rows = [Text(f"{_clock(now)}", "dim")]
        for speaker, reading in self._readings.items():
            rows.append(Text(f"{speaker:{NAME_WIDTH}}  ") + needles(reading))
            partial = self._partials.get(speaker)
            if partial is not None:
                rows.append(Text(" " * (NAME_WIDTH + 2)) + so_far(partial))
        return rows


class JsonLines(_Unopened):
    """One JSON object a line, for other programs: what was known, and when."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._meters = {speaker: VoiceMeter() for speaker in Speaker}

    def tell(self, notice: Notice, now: int) -> None:
        """Write it."""
        found = {"at_s": round(seconds(now), 3)} | self._told(notice)
        self._write(json.dumps(found, ensure_ascii=False))

    def _told(self, notice: Notice) -> dict[str, object]:
        match notice:
            case Sounded():
                reading = self._meters[notice.speaker].push(notice.frames)
                names = ("pitch_st", "level_db", "pace_sps")
                values = (reading.pitch_st, reading.level_db, reading.pace_sps)
                shown = {n: v if v is None else round(v, 2) for n, v in zip(names, values, strict=True)}
                return {"event": "sounded", "speaker": notice.speaker, **shown}
            case PartialHeard():
                words = {"committed": notice.committed, "tentative": notice.tentative}
                until_s = round(seconds(notice.heard_until), 3)
                return {"event": "partial", "speaker": notice.speaker, **words, "heard_until_s": until_s}
            case FinalHeard():
                span = notice.segment.span
                words_at = [
                    {"text": w.text, "start_s": w.span.start_s, "end_s": w.span.end_s} for w in notice.words
                ]
                place = {"start_s": span.start_s, "end_s": span.end_s}
                return {"event": "final", "speaker": notice.segment.speaker, **place, "words": words_at}
            case TurnEnded():
                end = notice.end
                times = {"speech_end_s": seconds(end.speech_end), "decided_s": seconds(end.decided)}
                told = {"probability": round(end.probability, 3), "reason": end.reason}
                return {"event": "turn_ended", "speaker": notice.speaker, **times, **told}


def so_far(partial: PartialHeard) -> Text:
    """Committed words, then tentative ones in brackets."""
    line = Text(printable(" ".join(partial.committed)))
    if partial.tentative:
        line.append(" [" if partial.committed else "[", "dim")
        line.append(printable(" ".join(partial.tentative)), "dim italic").append("]", "dim")
    return line


def needles(reading: Reading) -> Text:
    """Pitch and level as needles on scales with the usual in the middle, pace as a number."""
    pitch, level = _needle(reading.pitch_st, SCALE_ST), _needle(reading.level_db, SCALE_DB)
    pace = f"{'-':>4}" if reading.pace_sps is None else f"{reading.pace_sps:4.1f}"
    return Text(
        f"pitch {pitch} {_signed(reading.pitch_st, 'st')}  "
        f"level {level} {_signed(reading.level_db, 'dB')}  {pace} syll/s"
    )


def in_words(readings: Sequence[Reading]) -> str:
    """What the meters showed, in a few words; nothing if they showed nothing."""
    columns = (
        ("pitch {:+.1f} st", [r.pitch_st for r in readings]),
        ("level {:+.1f} dB", [r.level_db for r in readings]),
        ("{:.1f} syllables/s", [r.pace_sps for r in readings]),
    )
    shown = ((text, [value for value in values if value is not None]) for text, values in columns)
    return ", ".join(text.format(median(values)) for text, values in shown if values)


def _needle(value: float | None, scale: float) -> str:
    marks = ["-"] * (2 * NEEDLE + 1)
    marks[NEEDLE] = "|"
    if value is not None:
        marks[NEEDLE + round(NEEDLE * min(max(value / scale, -1.0), 1.0))] = "#"
    return "".join(marks)


def _signed(value: float | None, unit: str) -> str:
    return f"{'':5} {unit}" if value is None else f"{value:+5.1f} {unit}"


def _end(speaker: Speaker, end: EndOfTurn) -> Text:
    text = f"{_clock(end.decided)}  {speaker:{NAME_WIDTH}}  -- turn over: {end.reason}"
    return Text(text, "dim")


def _clock(at: int) -> str:
    minutes, rest = divmod(seconds(at), 60)
    return f"{int(minutes)}:{rest:04.1f}"


def new_screen(console: Console, *, plain: bool, as_json: bool) -> Screen:
    """The form that fits: JSON if asked for, a panel on a terminal, else lines."""
    if as_json:
        return JsonLines(lambda line: console.print(line, markup=False, highlight=False, soft_wrap=True))
    if plain or not console.is_terminal:
        return Lines(lambda line: console.print(line, soft_wrap=True))
    return Panel(console)
