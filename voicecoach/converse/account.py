"""What has passed between caller and trainee so far: what was told, what was granted, what was stated."""

from __future__ import annotations

from dataclasses import dataclass, field

from voicecoach.converse.promises import Promise
from voicecoach.persona import Persona
from voicecoach.phrases import content_words, holds_phrase
from voicecoach.role import Role
from voicecoach.telling import Answer, Detail, Need


@dataclass(slots=True)
class Account:
    """The caller's memory of the call.

    Parameters
    ----------
    persona, role : who remembers.
    """

    persona: Persona
    role: Role
    details: set[str] = field(default_factory=set)
    """Ids of the details that were told."""
    answers: set[str] = field(default_factory=set)
    """Ids of the answers that were given, or told by another line."""
    needs: set[str] = field(default_factory=set)
    """Ids of the needs that were granted."""
    stated: dict[str, bool] = field(default_factory=dict)
    """By the id of a fact: whether the trainee last said it rightly."""
    promises: list[Promise] = field(default_factory=list)
    """What the trainee promised and did not take back."""
    granted_by: list[str] = field(default_factory=list)
    """The sentences that granted what was needed."""
    offered: dict[str, str] = field(default_factory=dict)
    """By the id of another way: the sentence that opened it while they were too angry to hear of it."""
    just_settled: bool = False
    """The last turn settled the matter."""
    hinted: bool = False
    """Something else was let on."""
    confided: bool = False
    """What lies behind was told."""
    eased: bool = False
    """... and taken up."""
    words: list[str] = field(default_factory=list)
    """The content words of the caller's own account."""

    def __post_init__(self) -> None:
        self.words += content_words(self.persona.caller.situation)

    def told(self, text: str) -> None:
        """The caller said `text`, and the trainee heard it."""
        self.words += [word for word in content_words(text) if word not in self.words]
        for answer in self.role.answers:
            if text in answer.say or any(holds_phrase(text, phrase) for phrase in answer.told_by):
                self.answers.add(answer.id)
        for detail in self.role.details:
            if text in detail.say:
                self.details.add(detail.id)
        if (hidden := self.role.hidden) is not None:
            self.hinted = self.hinted or text in hidden.hints
            self.confided = self.confided or text in hidden.say

    def cut_off(self, text: str) -> None:
        """The caller was cut off in `text`: what it tells is still to be told."""
        self.details -= {detail.id for detail in self.role.details if text in detail.say}
        self.answers -= {answer.id for answer in self.role.answers if text in answer.say}
        if (hidden := self.role.hidden) is not None:
            self.hinted = self.hinted and text not in hidden.hints
            self.confided = self.confided and text not in hidden.say

    @property
    def missing(self) -> list[Need]:
        """Needs that were not granted yet, in the file's order."""
        return [need for need in self.role.needs if need.id not in self.needs]

    @property
    def untold(self) -> list[Detail]:
        """Details that were not told yet, in the file's order."""
        return [detail for detail in self.role.details if detail.id not in self.details]

    @property
    def still_hides(self) -> bool:
        """Whether something lies behind the matter that was not taken up."""
        return self.role.hidden is not None and not self.eased

    def gave(self, answer: Answer) -> bool:
        """Whether the trainee was told this."""
        return answer.id in self.answers
