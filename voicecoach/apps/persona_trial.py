"""``voicecoach personas try``: calls with a caller in text: one to read, or how many of them end.

For whoever writes callers. Nothing listens, so no speech model is needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean

from rich.console import Console
from rich.text import Text

from voicecoach.apps.outcome_text import printable
from voicecoach.apps.terminal import show_note
from voicecoach.conversation import Ending
from voicecoach.desk import Desk
from voicecoach.desk_review import DeskFinding, review
from voicecoach.devices.assets import weights
from voicecoach.devices.documents import read_persona, read_rubric, read_stages
from voicecoach.devices.text_rehearsal import QuickReader, TextCall, TextRehearsal, Trainee
from voicecoach.level import Level, at_level
from voicecoach.persona import Persona, role_of
from voicecoach.rubric import Rubric
from voicecoach.score.marking import mark
from voicecoach.scorecard import Scorecard, Verdict
from voicecoach.timeline import seconds
from voicecoach.trainee_script import Character
from voicecoach.understand.reader import ActReader

GOOD = (Ending.SATISFIED, Ending.GRUDGING, Ending.ENDED_AFTER_WARNING)
"""Ends that a trainee may be content with; the last one where somebody went on with abuse after warnings."""

BAD = (Ending.CALLER_HUNG_UP, Ending.SUPERVISOR)

EXPECTED = {Character.EXPERT: (GOOD, 0.95), Character.RUDE: (BAD, 0.95), Character.SILENT: (BAD, 0.95)}
"""Who should come to which ends, in which share of calls."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One caller at one level, and what judges calls with them."""

    name: str
    """As the user named it: the trainees' file is found by it."""
    persona: Persona
    rubric: Rubric
    reader: QuickReader

    def trainee(self, character: Character) -> Trainee:
        """Who answers.

        Raises
        ------
        InputError : the trainees' file cannot be used.
        """
        return Trainee(character, read_stages(self.name, character))

    def play(self, trainee: Trainee, seed: int) -> TextCall:
        """One call."""
        return TextRehearsal(self.persona, trainee, self.reader, seed).run()

    def card(self, call: TextCall) -> Scorecard:
        """What a call is worth."""
        return mark(call.call, self.rubric, self.persona)


def open_trial(name: str, level: Level, rubric: str = "default") -> Trial:
    """Read all that a trial needs.

    Raises
    ------
    InputError : the persona cannot be used, or has no role.
    """
    persona = at_level(read_persona(name), level)
    role_of(persona, name)
    return Trial(name, persona, read_rubric(rubric), QuickReader(ActReader(weights("acts"))))


@dataclass(frozen=True, slots=True)
class Played:
    """Some calls of one character with one caller."""

    endings: Counter[Ending]
    scores: list[float]

    def share(self, ends: tuple[Ending, ...]) -> float:
        """Of calls that ended in one of these ways."""
        return sum(self.endings[end] for end in ends) / self.endings.total()

    @property
    def score(self) -> float:
        """Mean of the raw scores, in percent."""
        return fmean(self.scores)

    @property
    def text(self) -> str:
        """The mean score, and how calls ended."""
        common = ", ".join(f"{count} {end}" for end, count in self.endings.most_common())
        return f"{self.score:.0f}: {common}"


def played(trial: Trial, seeds: int) -> dict[Character, Played]:
    """Some calls of every character."""
    found: dict[Character, Played] = {}
    for character in Character:
        trainee = trial.trainee(character)
        calls = [trial.play(trainee, seed) for seed in range(seeds)]
        scores = [trial.card(call).raw_percent or 0.0 for call in calls]
        found[character] = Played(Counter(call.ending for call in calls), scores)
    return found


def misses(found: dict[Character, Played]) -> Iterator[str]:
    """What did not come out as it should."""
    for character, (ends, least) in EXPECTED.items():
        share = found[character].share(ends)
        if share < least:
            yield f"{character}: {share:.0%} end {' or '.join(ends)}, {least:.0%} should"
    scores = {who: found[who].score for who in (Character.EXPERT, Character.NOVICE, Character.RUDE)}
    if sorted(scores.values(), reverse=True) != list(scores.values()):
        told = ", ".join(f"{who} {score:.0f}" for who, score in scores.items())
        yield f"scores do not fall from expert over novice to rude: {told}"


def transcript(trial: Trial, call: TextCall) -> Iterator[str]:
    """A call as people read it: who said what, what moved the caller, how it ended, what was scored."""
    told = [(turn.span.start, f"{turn.speaker.value:8}{turn.text}") for turn in call.call.turns]
    told += [
        (change.at, f"        {change.anger:+5.1f} {change.cause}: {change.quote} ({change.after.anger:.0f})")
        for change in call.changes
    ]
    done = review(trial.persona.desk or Desk(), call.call.desk or ())
    told += [(call.call.duration if one.at is None else one.at, _at_the_desk(one)) for one in done]
    for at, text in sorted(told, key=lambda one: one[0]):
        yield f"{seconds(at):6.1f}  {text}"
    card = trial.card(call)
    yield f"\n{call.ending}; raw score {card.raw_percent or 0:.0f}"
    for one in card.marks:
        points = f"{one.points:.1f} of {one.weight:g}" if one.verdict is Verdict.JUDGED else one.verdict.value
        yield f"  {points:16}{one.title}: {one.reason}"
    yield from (f"  FAILED  {failure.title}: {failure.reason}" for failure in card.failures)


def _at_the_desk(finding: DeskFinding) -> str:
    verdict = {True: "right", False: "wrong", None: ""}[finding.right]
    wanted = f" ({finding.wanted})" if finding.wanted else ""
    return f"  desk  {verdict:6}{finding.text}{wanted}"


def try_persona(name: str, level: Level, character: Character, seed: int) -> None:
    """Print one call.

    Raises
    ------
    InputError : the persona or its trainees cannot be used.
    """
    console, trial = Console(), open_trial(name, level)
    for line in transcript(trial, trial.play(trial.trainee(character), seed)):
        console.print(Text(printable(line)), soft_wrap=True)


def try_everybody(name: str, level: Level, seeds: int) -> int:
    """Print how calls of every simulated trainee end; 1 where something did not come out as it should.

    Raises
    ------
    InputError : as of `try_persona`.
    """
    console = Console()
    found = played(open_trial(name, level), seeds)
    for character, some in found.items():
        console.print(Text(f"{character.value:14}{some.text}"))
    missed = list(misses(found))
    for miss in missed:
        show_note(console, f"Not as it should be: {miss}")
    return 1 if missed else 0
