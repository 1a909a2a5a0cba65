"""A caller's file made of an interview: everything that was answered, and neutral words for the rest.

Laws
----
* Whatever was left for later, the file can be read and rehearsed with; it is marked where it was.
* Each move has three sentences or more in each mood that it is written for.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

import yaml

from voicecoach.apps.interview import Answers, facts, listed, pairs, slug
from voicecoach.converse.told import spelled, tells
from voicecoach.spoken_numbers import tokens

LATER = "LATER"
"""Marks a comment about what was left out of the interview."""

TEMPERS: dict[str, dict[str, object]] = {
    "mild": {"anger": 35, "floor": 5, "trust": 60, "hangs_up_at": 94},
    "upset": {"anger": 55, "floor": 10, "trust": 50, "hangs_up_at": 94},
    "furious": {"anger": 78, "floor": 15, "trust": 35, "patience_s": 15, "cuts_in": 0.2, "hangs_up_at": 96},
}
"""Starts within *irritated*, within *upset*, and just under *furious*, which a first mistake reaches."""

Block = tuple[str, Any, str]
"""A key, its value, and the comment before it."""


class _Dumper(yaml.SafeDumper):
    """YAML as the shipped callers have it: lists are indented under their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        super().increase_indent(flow, False)


def caller_yaml(name: str, answers: Answers, lines: dict[str, Any]) -> str:
    """The text of a persona file.

    Parameters
    ----------
    name : its id.
    lines : neutral sentences by move and band; those that open come from the answers.
    """
    draft = _Draft(name, answers)
    parts = [block_text(block) for block in draft.top()]
    parts += ["# How the caller is played.\nrole:\n"]
    parts += [textwrap.indent(block_text(block), "  ") for block in draft.role(lines)]
    parts += ["# What the trainee has on the screen.\ndesk:\n"]
    parts += [textwrap.indent(block_text(block), "  ") for block in draft.desk()]
    return "".join(parts)


def block_text(block: Block) -> str:
    """A key and its value as YAML, under its comment."""
    key, value, comment = block
    told = "".join(f"# {line}\n" for line in textwrap.wrap(comment, 100))
    return told + yaml.dump({key: value}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


class _Draft:
    """The parts of a file.

    Parameters
    ----------
    name : the caller's id.
    answers : what was said in the interview.
    """

    def __init__(self, name: str, answers: Answers) -> None:
        self._id = name
        self._answers = answers
        self._caller = self._or("name", "Alex Reed")
        self._complaint = self._or("complaint", "I have a problem and nobody has helped me.")
        self._called = (answers.get("number") and answers.get("number_name")) or ""
        self._number = answers.get("number") if self._called else None
        self._granted = listed(self._or("granted", "put it right, put this right"))

    def _or(self, key: str, otherwise: str) -> str:
        return self._answers.get(key) or otherwise

    def _note(self, told: str, *keys: str) -> str:
        """A comment; marked if one of the questions was left."""
        left = [key.replace("_", " ") for key in keys if not self._answers.get(key)]
        return f"{told} {LATER}: {', '.join(left)}." if left else told

    # --- the story ------------------------------------------------------------------------------------

    def top(self) -> Iterator[Block]:
        """Everything above the role."""
        happened = self._or("happened", "Something went wrong, and nobody has helped them.")
        wants = self._or("wants", "Somebody who puts it right.")
        yield "id", self._id, ""
        yield "title", self._or("title", "A new caller"), self._note("As lists show it.", "title")
        yield (
            "version",
            "1.0",
            "Change it whenever the meaning changes: scores are compared within a version.",
        )
        yield (
            "story",
            f"{happened} What they want: {wants}",
            "What a training lead reads before choosing it.",
        )
        caller = {"name": self._caller, "situation": happened, "wants": wants}
        if about := self._answers.get("about"):
            caller["background"] = about
        yield "caller", caller, self._note("Never said aloud.", "name", "about", "happened", "wants")
        yield (
            "facts",
            facts(self._answers),
            self._note("What can be said rightly or wrongly; 4 to 7 in the end.", "fact_1"),
        )
        yield (
            "process",
            self._process(),
            "What is to be done, in this order; acts are listed in docs/acts.md.",
        )

    def _process(self) -> list[dict[str, Any]]:
        remedy: dict[str, Any] = {"id": "remedy", "title": "Grant what is wanted", "phrases": self._granted}
        if tool := self._answers.get("tool"):
            remedy["tools"] = [slug(tool)]
        asks = ["asks_probing_question", "asks_open_question", "asks_closed_question"]
        return [
            {"id": "verify", "title": "Verify the caller", "acts": ["verifies_identity"]},
            {"id": "find-out", "title": "Find out what happened", "acts": asks},
            remedy,
            {"id": "commit", "title": "Say when it will be done", "acts": ["commits_to_step"]},
        ]

    # --- the role -------------------------------------------------------------------------------------

    def role(self, lines: dict[str, Any]) -> Iterator[Block]:
        """Everything under `role`."""
        voice = {"engine": "espeak", "voice": self._or("voice", "en-us+f3"), "rate_wpm": 160, "volume": 52}
        yield "voice", voice, self._note("What there is: docs/voices.md.", "voice")
        tempers = "What moves it: docs/mood.md."
        yield "temper", TEMPERS[self._or("temper", "upset")], self._note(tempers, "temper")
        confirms = ["Yes, exactly.", "Yes, you have it right.", "Right, that is how it was."]
        yield "confirms", confirms, "Said when the trainee has understood."
        yield "triggers", ["calm down"], "Phrases at which they cut in."
        if detail := self._answers.get("detail"):
            say = [detail, f"You should know that {low(detail)}", f"And there is this, {low(detail)}"]
            yield "details", [{"id": slug(detail), "say": say}], "The story in beats; 3 to 5 in the end."
        yield (
            "answers",
            list(self._told()),
            self._note("What they tell when asked; 6 to 10 in the end.", "number"),
        )
        yield "needs", [self._need()], self._note("What settles it, all of them.", "asks", "granted")
        if self._answers.get("hidden"):
            yield (
                "hidden",
                self._hidden(),
                self._note("Hinted at, told when asked.", "hidden_say", "hidden_eased"),
            )
        told = f"By move and mood. {LATER}: make these neutral sentences the caller's own."
        yield "lines", {"opens": self._opens(), **lines}, told

    def _told(self) -> Iterator[dict[str, Any]]:
        if self._number:
            called, said = self._called.lower(), spelled(self._number)
            yield {
                "id": slug(called),
                "asked": [called, "reference"],
                "acts": ["verifies_identity"],
                "say": [f"The {called} is {said}.", f"It is {said}.", f"My {called} is {said}."],
                "told_by": [said],
            }
        yield {
            "id": "name",
            "asked": ["your name", "full name", "who am i speaking", "who i am speaking"],
            "acts": ["verifies_identity"],
            "say": [f"My name is {self._caller}.", f"I'm {self._caller}.", f"It is {self._caller}."],
            "told_by": [self._caller.lower()],
        }
        core = low(self._complaint)
        yield {
            "id": "what-happened",
            "asked": ["what happened", "what is wrong", "the problem", "the matter"],
            "say": [f"What happened is that {core}", f"The problem is that {core}", f"Well, {core}"],
            "told_by": [" ".join(tokens(core))],
        }

    def _need(self) -> dict[str, Any]:
        asks = self._or("asks", "I want this to be put right.")
        others = ["When will this be put right?", "What are you going to do about it today?"]
        return {"id": "wish", "phrases": self._granted, "asks": [asks, f"Listen, {low(asks)}", *others]}

    def _hidden(self) -> dict[str, Any]:
        told = self._or("hidden_say", "There is something else that I have not told you.")
        return {
            "grievance": self._answers["hidden"],
            "hints": [
                "It is not only about today.",
                "There is more to it than that.",
                "If it were only this, I would not be so upset.",
            ],
            "asked": ["something else", "anything else about this", "what is behind"],
            "say": [told, f"Since you ask, {low(told)}", f"To be honest, {low(told)}"],
            "eased_by": listed(self._or("hidden_eased", "thank you for telling me")),
        }

    def _opens(self) -> dict[str, list[str]]:
        full, core = self._complaint, low(self._complaint)
        asked = core.rstrip(".!?")
        return {
            "irritated": [f"Hello, {core}", f"Please help me, {core}", f"I am calling because {core}"],
            "upset": [full, f"I need your help, {core}", f"I'm at a loss, {core}"],
            "angry": [f"Why is it that {asked}?", f"I can't believe this, {core}", f"Now listen, {core}"],
        }

    # --- the desk -------------------------------------------------------------------------------------

    def desk(self) -> Iterator[Block]:
        """Everything under `desk`."""
        called = self._called.capitalize()
        record = {"Name": self._caller}
        if self._number:
            yield "search", [self._number], "What the trainee types to open the record."
            record[called] = self._number
        record["Notes"] = self._or("happened", "Has called before.")
        yield "record", record, self._note("What the firm knows.", "number")
        yield "verify", ["Name", *([called] if called else [])], "Entries that identify the caller."
        yield "policies", self._policies(), self._note("What is allowed and what is not.", "policy")
        if tool := self._answers.get("tool"):
            made = {"id": slug(tool), "title": tool, "due": True, "fields": self._fields("tool_fields")}
            yield "tools", [made], self._note("Add wrong ones, too: without due.", "tool_fields")
        if case := self._fields("case"):
            yield "case", case, "What a right entry says."

    def _policies(self) -> list[dict[str, str]]:
        asked = f"the {self._called.lower()} and the name" if self._called else "the name"
        policies = [{"title": "Before you speak about it", "text": f"Ask for {asked}."}]
        if policy := self._answers.get("policy"):
            policies.append({"title": "What the rule is", "text": policy})
        if known := facts(self._answers):
            policies.append({"title": "What holds here", "text": " ".join(map(_rule, known))})
        return policies

    def _fields(self, key: str) -> list[dict[str, Any]]:
        named = pairs(self._answers.get(key, ""))
        return [{"id": one, "title": name, "right": [value]} for one, (name, value) in named.items()]


def _rule(fact: dict[str, Any]) -> str:
    """A fact as a rule: what it is called, and what is right unless the name says it already."""
    title = fact["title"].rstrip(".")
    return f"{title}." if tells(title, fact["right"][0]) else f"{title}: {' or '.join(fact['right'])}."


def low(sentence: str) -> str:
    """A sentence as it goes on behind a comma."""
    first, _, rest = sentence.partition(" ")
    keeps = first == "I" or first.startswith(("I'", "I\u2019"))
    return sentence if keeps else f"{first[:1].lower()}{first[1:]} {rest}".rstrip()
