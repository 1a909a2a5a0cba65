"""HTML that cannot be injected into: text becomes markup in one place, and is escaped there.

Law: whatever is not already `Html` is escaped. Only `tag`, `join` and files of this package make `Html`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from typing import Any

_VOID = frozenset({"meta", "link", "rect", "path", "line", "circle", "br"})
"""Elements without content: written without an end tag (HTML) or closed at once (SVG)."""


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


Attribute = str | int | float | bool | None
"""True writes the bare name; False and None leave the attribute out."""


def tag(name: str, /, *children: str | None, **attributes: Attribute) -> Html:
    """One element; in attribute names a trailing ``_`` is dropped and others become ``-``.

    Examples
    --------
    >>> tag("a", "<b>", class_="x", aria_label='"')
    '<a class="x" aria-label="&quot;">&lt;b&gt;</a>'
    """
    opening = name + "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{opening}/>")
    return Html(f"<{opening}>{join(children)}</{name}>")


def join(parts: Iterable[str | None]) -> Html:
    """Parts in a row, each escaped unless it is `Html`; None is nothing."""
    return Html(
        "".join(part if isinstance(part, Html) else escape(part) for part in parts if part is not None)
    )


def data_block(name: str, value: Any) -> Html:
    """JSON for the page's own script to read; ``<`` is written so that it can close no element."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Html(
        f'<script type="application/json" id="{name}">{text.replace("<", chr(92) + "u003c")}</script>'
    )


def _attribute(key: str, value: Attribute) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value), quote=True)}"'
