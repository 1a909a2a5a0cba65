"""Figures of any bench as Markdown tables.

A bench writes JSON of any depth. What is a table: a list of flat objects (a row each), or an object of flat
objects (a row each, its name first). Plain values side by side are a table of two columns; whatever else is
nested becomes a part with a title. Three digits are shown: more would not come out the same the next time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MACHINE_KEYS = frozenset({"machine", "versions", "python", "where"})
"""Said once for all of a bench's tables, not in them."""


def markdown(figures: object, level: int = 3) -> str:
    """Tables and titles, without a line at the end.

    Parameters
    ----------
    figures : what `json.loads` returned.
    level : of the titles.
    """
    if isinstance(figures, Mapping):
        figures = {key: value for key, value in figures.items() if key not in MACHINE_KEYS}
    return "\n\n".join(_parts(figures, level))


def _parts(figures: object, level: int) -> Iterator[str]:
    rows = _rows(figures)
    if rows is not None:
        yield _table(rows)
    elif isinstance(figures, Mapping):
        plain = {name: value for name, value in figures.items() if _is_plain(value)}
        if plain:
            yield _table([{"": _title(name), "value": value} for name, value in plain.items()])
        for name, value in figures.items():
            if not _is_plain(value):
                yield f"{'#' * level} {_title(name)}"
                yield from _parts(value, level + 1)
    elif isinstance(figures, Sequence) and not isinstance(figures, str):
        for value in figures:
            yield from _parts(value, level)
    else:
        yield shown(figures)


def _rows(figures: object) -> list[Mapping[str, Any]] | None:
    """The rows of a table, if this is one."""
    if isinstance(figures, Mapping):
        values = list(figures.values())
        if values and all(_is_flat(value) for value in values):
            return [{"": name, **value} for name, value in figures.items()]
    elif isinstance(figures, list) and figures and all(_is_flat(value) for value in figures):
        return figures
    return None


def _is_plain(value: object) -> bool:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return all(not isinstance(item, Mapping | list) for item in value)
    return not isinstance(value, Mapping)


def _is_flat(value: object) -> bool:
    return isinstance(value, Mapping) and all(_is_plain(item) for item in value.values())


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = [_line(_title(name) for name in columns), "|" + "---|" * len(columns)]
    lines += [_line(shown(row.get(name, "")) for name in columns) for row in rows]
    return "\n".join(lines)


def _line(cells: Iterator[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _title(name: str) -> str:
    return name.replace("_", " ")


def shown(value: object) -> str:
    """A value as people read it: 0.0523, 4.57, 163, 12,345; yes and no; nothing for None."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(shown(item) for item in value)
    return str(value)
