"""A text on the screen, drawn only where it changed."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static


class Pane(Static):
    """Shows a text and draws only where it changed."""

    _text = Text()

    def show(self, text: Text) -> None:
        """Show `text`."""
        if text != self._text or text.spans != self._text.spans:
            self._text = text
            self.update(text)
