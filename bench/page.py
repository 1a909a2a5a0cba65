"""docs/benchmarks.md: words written by hand, tables put between marks by ``python -m bench --render``.

A mark is ``<!-- bench NAME -->`` on a line of its own; what follows it, up to ``<!-- end -->``, is replaced
by the bench's command, circumstances and tables. Nothing else on the page is touched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from bench.suite import ROOT, Taken

PAGE = ROOT / "docs" / "benchmarks.md"

MARKED = re.compile(r"<!-- bench (\w+) -->\n.*?<!-- end -->", re.DOTALL)


def rendered(page: str, results: Sequence[Taken]) -> str:
    """The page with the tables of `results` in their places.

    Raises
    ------
    ValueError : a result has no place on the page.
    """
    tables = {result.bench: result.tables() for result in results}
    homeless = tables.keys() - set(MARKED.findall(page))
    if homeless:
        raise ValueError(f"{PAGE}: no mark <!-- bench NAME --> for {', '.join(sorted(homeless))}")

    def replaced(found: re.Match[str]) -> str:
        name = found[1]
        return f"<!-- bench {name} -->\n{tables[name]}\n<!-- end -->" if name in tables else found[0]

    return MARKED.sub(replaced, page)


def render(results: Sequence[Taken], path: Path = PAGE) -> None:
    """Put the tables of `results` on the page."""
    path.write_text(rendered(path.read_text("utf-8"), results), "utf-8")
