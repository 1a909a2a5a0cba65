"""The desk in typed words: a command a line, its answer in lines.

Laws
----
* Names may be shortened as long as they stay the only ones; upper and lower case are one.
* A line that cannot be understood changes nothing, and is answered with what to type instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from voicecoach.apps.call_state import CallState
from voicecoach.apps.screen.desk_state import DeskState, Sheet
from voicecoach.apps.screen.typed import WORDS
from voicecoach.apps.screen.voice_gauges import clock
from voicecoach.desk import Desk, DeskField, Entries
from voicecoach.desk_log import DeskAct

HELP = """\
At the desk (words may be shortened):
  find 4729                searches the record
  record                   prints it, once it is found
  verify Name, Order       ticks what the caller said right; verify none takes the ticks back
  policies                 lists them; policy Refunds reads one
  tools                    lists what you can do for the caller
  apply refund amount=ninety dollars; speed=express
  case                     prints the case; case reason=broken; when=today saves what is given
  desk                     prints all of it
  done                     once the call is over: finishes the case as it stands"""


class MisreadError(ValueError):
    """A line that is not understood; says what to type."""


class DeskWords:
    """Obeys words about the desk.

    Parameters
    ----------
    call : what is known of the call, its desk included.
    hand_on : takes what was done.
    """

    def __init__(self, call: CallState, hand_on: Callable[[DeskAct], None]) -> None:
        self._call, self._hand_on = call, hand_on
        self._desk = call.desk
        self._commands: dict[str, Callable[[str], Iterable[str]]] = {
            "find": self._find,
            "record": self._record,
            "verify": self._verify,
            "policies": self._policies,
            "policy": self._policies,
            "tools": self._tools,
            "apply": self._apply,
            "case": self._case,
            "desk": self._all,
        }

    def obey(self, line: str) -> list[str] | None:
        """The answer to a line; None: it is not about the desk."""
        word, _, rest = line.strip().partition(" ")
        try:
            command = self._command(word.lower())
            return None if command is None else list(command(rest.strip()))
        except MisreadError as misread:
            return [f"-- {misread}"]

    def _command(self, word: str) -> Callable[[str], Iterable[str]] | None:
        if word in self._commands:
            return self._commands[word]
        known = (*self._commands, *WORDS, "note", "help", "done")
        meant = list(dict.fromkeys(name for name in known if word and name.startswith(word)))
        if not any(name in self._commands for name in meant):
            return None
        found = {self._commands.get(name) for name in meant}
        if len(found) > 1:
            raise MisreadError(f"{word!r} may be {' or '.join(meant)}: type more of it.")
        return found.pop()

    def _do(self, act: Callable[[int], DeskAct]) -> None:
        if self._call.ringing:
            raise MisreadError("It rings: type answer first.")
        self._hand_on(act(self._call.now))

    def _find(self, query: str) -> Iterable[str]:
        if not self._desk.desk.search:
            raise MisreadError("Nothing has to be found at this desk: type record.")
        if not query:
            raise MisreadError("Find what? Type find and a number or a name.")
        self._do(lambda now: self._desk.search(query, now))
        return record_lines(self._desk) if self._desk.desk.finds(query) else ()

    def _record(self, _: str) -> Iterable[str]:
        self._needs_record()
        return record_lines(self._desk)

    def _needs_record(self) -> None:
        if not self._desk.open:
            raise MisreadError("The record is closed. Find it first: find and a number or a name.")

    def _verify(self, names: str) -> Iterable[str]:
        if not self._desk.desk.verify:
            raise MisreadError("Nothing has to be verified at this desk.")
        self._needs_record()
        if names:
            listed = [] if names.lower() == "none" else _listed(names, ",")
            picked = {_pick(name, self._desk.desk.verify) for name in listed}
            kept = set(self._desk.ticked) if listed else set()
            self._do(lambda now: self._desk.tick(picked | kept, now))
        return verify_lines(self._desk)

    def _policies(self, title: str) -> Iterable[str]:
        titles = [policy.title for policy in self._desk.desk.policies]
        if not titles:
            raise MisreadError("There are no policies at this desk.")
        if not title:
            return titles
        picked = _pick(title, titles)
        self._do(lambda now: self._desk.read(picked, now))
        return policy_lines(self._desk, picked)

    def _tools(self, _: str) -> Iterable[str]:
        if not self._desk.tools:
            raise MisreadError("There are no tools at this desk.")
        return tool_lines(self._desk)

    def _apply(self, line: str) -> Iterable[str]:
        name, _, values = line.partition(" ")
        if not self._desk.tools:
            raise MisreadError("There are no tools at this desk.")
        tool = _pick(name, self._desk.tools)
        sheet = self._desk.tools[tool]
        given = _given(values, sheet)
        missing = [one.id for one in sheet.empty if one.id not in given]
        if missing:
            raise MisreadError(
                f"{tool} needs more: apply {tool} {'; '.join(f'{one}=...' for one in missing)}"
            )
        self._fill(sheet, given)
        self._do(lambda now: self._desk.apply(tool, now))
        return ()

    def _case(self, values: str) -> Iterable[str]:
        sheet = self._desk.case
        if not sheet.fields:
            raise MisreadError("There is no case to enter at this desk: note and what you want to note.")
        if not values:
            return case_lines(self._desk)
        self._fill(sheet, _given(values, sheet))
        self._do(self._desk.save)
        return ()

    def _fill(self, sheet: Sheet, given: dict[str, str]) -> None:
        if self._call.ringing:
            raise MisreadError("It rings: type answer first.")
        sheet.typed.update(given)

    def _all(self, _: str) -> Iterable[str]:
        return desk_lines(self._desk)


def _listed(text: str, separator: str) -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]


def _pick(typed: str, names: Iterable[str]) -> str:
    """The one of `names` that is, or begins with, what was typed.

    Raises
    ------
    MisreadError : none, or several.
    """
    known = list(names)
    wanted = typed.casefold()
    found = [name for name in known if name.casefold() == wanted]
    found = found or [name for name in known if wanted and name.casefold().startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        raise MisreadError(f"{typed!r} may be {' or '.join(found)}: type more of it.")
    raise MisreadError(f"{typed!r} is none of: {', '.join(known)}.")


def _given(text: str, sheet: Sheet) -> dict[str, str]:
    """``amount=ninety dollars; speed=exp`` as values of a sheet's fields.

    Raises
    ------
    MisreadError : there is no such field or choice, or no value.
    """
    fields = {one.id: one for one in sheet.fields}
    given: dict[str, str] = {}
    for part in _listed(text, ";"):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not fields:
            raise MisreadError(f"It takes no values: leave {part!r} out.")
        if not equals or not value:
            raise MisreadError(
                f"{part!r} names no value: type {next(iter(fields))}=... with ; between fields."
            )
        field = fields[_pick(name, fields)]
        given[field.id] = _pick(value, field.choices) if field.choices else value
    return given


def desk_lines(desk: DeskState) -> Iterator[str]:
    """Everything that the trainee can see there."""
    if desk.open:
        yield from record_lines(desk)
    else:
        yield "Record: closed until you find it."
    for policy in desk.desk.policies:
        yield from policy_lines(desk, policy.title)
    yield from tool_lines(desk)
    yield from case_lines(desk) if desk.case.fields else ()
    if desk.desk == Desk():
        yield "Nothing is known about this caller."


def record_lines(desk: DeskState) -> Iterator[str]:
    """The record and the orders."""
    yield from _entry_lines("Record", [desk.desk.record])
    yield from _entry_lines("Order", desk.desk.orders)


def _entry_lines(title: str, things: Iterable[Entries]) -> Iterator[str]:
    for thing in filter(None, things):
        yield f"{title}:"
        yield from (f"  {name}: {known}" for name, known in thing.items())


def verify_lines(desk: DeskState) -> Iterator[str]:
    """What is to be compared, and what is ticked."""
    for name in desk.desk.verify:
        yield f"[{'x' if name in desk.ticked else ' '}] {name}: {desk.known(name)}"


def policy_lines(desk: DeskState, title: str) -> Iterator[str]:
    """One policy."""
    text = next(policy.text for policy in desk.desk.policies if policy.title == title)
    yield f"Policy: {title}"
    yield f"  {text}"


def tool_lines(desk: DeskState) -> Iterator[str]:
    """The tools, each with its fields."""
    for tool in desk.desk.tools:
        sheet = desk.tools[tool.id]
        done = "" if sheet.done is None else f" (done at {clock(sheet.done_at)})"
        yield f"Tool {tool.id}: {tool.title}{done}"
        yield from _field_lines(sheet)


def case_lines(desk: DeskState) -> Iterator[str]:
    """The case as it stands."""
    saved = "not saved yet" if desk.case.done is None else f"saved at {clock(desk.case.done_at)}"
    yield f"Case ({saved}):"
    yield from _field_lines(desk.case)


def _field_lines(sheet: Sheet) -> Iterator[str]:
    return (f"  {one.id}: {_field(one, sheet)}" for one in sheet.fields)


def _field(one: DeskField, sheet: Sheet) -> str:
    value = sheet.values.get(one.id, "")
    choices = f" ({', '.join(one.choices)})" if one.choices else ""
    return f"{one.title}{choices}{' = ' if value else ''}{value}"
