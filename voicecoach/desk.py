"""The trainee's desk in a story: the record, policies, tools, and what a right case entry says.

Laws
----
* What was looked up, applied or entered is right or wrong by this file alone.
* Values are understood as they are typed or spoken: "$90", "90 dollars" and "ninety dollars" are one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

from pydantic import Field, model_validator

from voicecoach.facts import Id, Text
from voicecoach.parts import Misfit, Part, refuse, shared_ids
from voicecoach.phrases import holds_exactly, holds_phrase
from voicecoach.quantities import Quantity, QuantityKind, quantities
from voicecoach.spoken_numbers import number, tokens


class Policy(Part):
    """A rule that the trainee may look up."""

    title: Text
    text: Text


Entries = Mapping[Text, Text]
"""What a screen shows of one thing: its name, and what is known."""


class DeskField(Part):
    """One value to enter: of a tool, or of the case."""

    id: Id
    title: Text
    right: tuple[Text, ...] = Field(min_length=1)
    """Accepted values. Of free text, one of these phrases must be in it."""
    choices: tuple[Text, ...] = ()
    """What may be chosen; empty: the trainee writes."""

    @model_validator(mode="after")
    def _can_be_chosen(self) -> Self:
        if self.choices and (strangers := [one for one in self.right if one not in self.choices]):
            raise ValueError(f"{strangers[0]!r} is right but not among the choices")
        return self

    def holds(self, value: str) -> bool:
        """Whether `value` is a right one."""
        if self.choices:
            return any(tokens(value) == tokens(right) for right in self.right)
        return any(_says(value, right) for right in self.right)


def _says(value: str, right: str) -> bool:
    """Whether a typed value says what `right` does: the same values, or the phrase in it."""
    wanted = quantities(right)
    if wanted:
        typed = quantities(value) or _bare(value, wanted)
        kinds = {one.kind for one in wanted}
        strays = [
            one for one in typed if one.kind in kinds and not any(one.within(other) for other in wanted)
        ]
        return not strays and all(any(one.within(other) for one in typed) for other in wanted)
    return holds_exactly(value, right) or holds_phrase(value, right)


def _bare(value: str, wanted: Sequence[Quantity]) -> list[Quantity]:
    """A number alone, as an amount or a share where one is wanted: in its field nobody writes the unit."""
    words = [word for word in tokens(value) if word not in {"$", "%", "usd"}]
    amount, end = number(words, 0)
    kinds = {one.kind for one in wanted} & {QuantityKind.MONEY, QuantityKind.PERCENT}
    if amount is None or end < len(words):
        return []
    return [Quantity(kind, amount, amount) for kind in kinds]


class Tool(Part):
    """Something that the trainee can do at the desk: refund, rebook, replace, block a card, send somebody."""

    id: Id
    title: Text
    fields: tuple[DeskField, ...] = ()
    due: bool = False
    """Whether this story wants it done. A tool that is neither due nor allowed is a wrong remedy."""
    allowed: bool = False
    """Not due, but no mistake either."""
    after: tuple[Id, ...] = ()
    """Tools that must have been used before it."""
    verified: bool = True
    """Whether the caller must have been verified before."""


class Desk(Part):
    """What the trainee has on the screen."""

    search: tuple[Text, ...] = ()
    """What the record is found by: numbers, names. Empty: it is open from the start."""
    record: Entries = Field(default_factory=dict)
    """The caller's record."""
    verify: tuple[Text, ...] = ()
    """Names of the record's entries that identify the caller: each is compared and ticked."""
    orders: tuple[Entries, ...] = ()
    """Orders, bookings or cases of theirs."""
    policies: tuple[Policy, ...] = ()
    tools: tuple[Tool, ...] = ()
    case: tuple[DeskField, ...] = ()
    """What a correct case entry contains, field by field."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        names = {*self.record, *(name for order in self.orders for name in order)}
        tools = [tool.id for tool in self.tools]
        misfits: list[Misfit] = [
            (("verify", at), name, f"there is no entry {name!r} to verify in record or orders")
            for at, name in enumerate(self.verify)
            if name not in names
        ]
        for at, tool in enumerate(self.tools):
            misfits += [
                (("tools", at, "after", n), before, f"there is no other tool {before!r}")
                for n, before in enumerate(tool.after)
                if before not in tools or before == tool.id
            ]
        misfits += shared_ids("tools", tools)
        misfits += shared_ids("case", [field.id for field in self.case])
        refuse("Desk", misfits)
        return self

    def finds(self, query: str) -> bool:
        """Whether a search opens the record."""
        return any(_says(query, term) or tokens(query) == tokens(term) for term in self.search)

    def tool(self, name: str) -> Tool | None:
        """The tool of this id."""
        return next((tool for tool in self.tools if tool.id == name), None)
