"""The tables of kept calls, as any database that SQLAlchemy speaks to can hold them.

Laws
----
* What a call may have many of is a table of its own that names the call: scorecards now, comments and
  corrections later.
* Deleting a call deletes every row that names it.
* `SCHEMA_VERSION` changes with the tables; a database of a newer one is refused.

Units: durations in samples. Dates are ISO 8601 in UTC, as text: the same on every database, sorted by time.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA_VERSION = 1

_ID = String(40)
_DATE = String(40)


class Tables(DeclarativeBase):
    """All tables."""


class SchemaRow(Tables):
    """Which schema the database has: one row."""

    __tablename__ = "schema_version"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class CallRow(Tables):
    """A kept call."""

    __tablename__ = "calls"

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    started_at: Mapped[str] = mapped_column(_DATE, index=True)
    persona: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    trainee: Mapped[str | None] = mapped_column(Text, index=True)
    ending: Mapped[str] = mapped_column(String(40))
    duration: Mapped[int] = mapped_column(BigInteger)
    percent: Mapped[float | None]
    audio: Mapped[str] = mapped_column(String(64), index=True)


class ScorecardRow(Tables):
    """One scorecard of a call."""

    __tablename__ = "scorecards"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(_ID, ForeignKey("calls.id", ondelete="CASCADE"), index=True)
    grader: Mapped[str] = mapped_column(String(10))
    rubric_id: Mapped[str] = mapped_column(Text)
    rubric_version: Mapped[str] = mapped_column(Text)
    percent: Mapped[float | None]
    card: Mapped[dict[str, Any]] = mapped_column(JSON)
