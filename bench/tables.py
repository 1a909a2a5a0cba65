"""Figures as a table on the screen."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table


def show(title: str, rows: dict[str, dict[str, float]], digits: int = 2) -> None:
    """One line for each row, one column for each figure; a figure that a row lacks stays empty."""
    table = Table(title=title, title_justify="left")
    table.add_column("")
    columns = max((list(row) for row in rows.values()), key=len, default=[])
    for column in columns:
        table.add_column(column.replace("_", " "), justify="right")
    for name, row in rows.items():
        table.add_row(name, *(f"{row[column]:.{digits}f}" if column in row else "" for column in columns))
    Console(width=130).print(table)
