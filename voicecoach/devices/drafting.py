"""The words of a partial: quick, without times, never stored.

A draft is for reacting; the words that count are recognized again once the segment is closed. So it may be
cheap: greedy, one pass, no timestamps, and the adaptive window whatever finals get, unless the model's card
says that it bears no short windows. What looks like a loop is cut where it begins to repeat; more words than
anybody can say in that time are not passed on.

Laws: the same samples give the same words; nothing is carried over from one draft to the next.
Units: samples at 16 kHz; tokens and words are counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from voicecoach.audio import Samples
from voicecoach.devices.window import (
    FULL_S,
    AudioWindow,
    DoubtSettings,
    first_loop,
    voiced_s,
    window_frames,
)
from voicecoach.speech import plain
from voicecoach.timeline import RATE

if TYPE_CHECKING:
    from ctranslate2.models import WhisperGenerationResult

    from voicecoach.devices.whisper import Speller, WindowedWhisper


@dataclass(frozen=True, slots=True)
class DraftSettings:
    """How drafts are decoded."""

    tokens_per_s: int = 8
    """At most so many tokens a second of sound, ..."""
    tokens_free: int = 8
    """... and so many more: fast English needs 6 a second. Ends loops early."""
    no_speech: float = 0.6
    """Text is dropped when 'no speech' is likelier than this and ..."""
    log_prob: float = -1.0
    """... the mean log probability of its tokens is below this: Radford et al. 2022, section 4.5."""


def draft(
    model: WindowedWhisper,
    speller: Speller,
    samples: Samples,
    window: AudioWindow = AudioWindow.ADAPTIVE,
    settings: DraftSettings | None = None,
) -> tuple[str, ...]:
    """What may have been said in `samples`, as words with their punctuation.

    Parameters
    ----------
    model : the weights.
    speller : tokens, prompt and spelling of the language spoken.
    samples : shape (n,), 0.1 s to 30 s; of longer ones the first 30 s are heard.
    window : how much sound the encoder is given.
    settings : limits.
    """
    limits = settings or DraftSettings()
    heard = samples[: FULL_S * RATE]
    frames = window_frames(len(heard), window)
    prompt = speller.prompt(timestamps=False)
    cap = limits.tokens_per_s * ceil(len(heard) / RATE) + limits.tokens_free
    (written,) = model.model.generate(
        model.encoded([model.features(heard)], frames),
        [prompt],
        beam_size=1,
        max_length=model.length_for(cap, len(prompt)),
        return_scores=True,
        return_no_speech_prob=True,
        suppress_tokens=speller.suppressed,
    )
    if _is_silence(written, limits):
        return ()
    return believable(speller.words(written.sequences_ids[0]), heard)


def _is_silence(written: WhisperGenerationResult, limits: DraftSettings) -> bool:
    # With a length penalty of 1, the default, a score is the mean log probability of the tokens.
    return bool(written.no_speech_prob > limits.no_speech and written.scores[0] < limits.log_prob)


def believable(
    words: tuple[str, ...], samples: Samples, settings: DoubtSettings | None = None
) -> tuple[str, ...]:
    """The words up to where they begin to repeat themselves; none if nobody can say so many in that time."""
    limits = settings or DoubtSettings()
    loop = first_loop([plain(word) for word in words], limits)
    kept = words if loop is None else words[: loop.start + loop.length]
    most = limits.words_per_s[1] * voiced_s(samples, limits) + limits.words_free
    return kept if len(kept) <= most else ()
