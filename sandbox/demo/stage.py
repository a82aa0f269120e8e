"""The console as a stage: acts, scenes, headings."""

from __future__ import annotations

from rich.console import Console, RenderableType
from rich.text import Text


class Stage:
    """Prints what is shown, with its headings."""

    def __init__(self, console: Console) -> None:
        """Print on a console."""
        self.console = console

    def act(self, title: str) -> None:
        """Print the line with which a part of several scenes begins."""
        self.console.print()
        self.console.rule(Text(title, "bold"), align="left", style="dim")

    def say(self, title: str, note: str) -> None:
        """Print a heading."""
        self.console.print()
        self.console.print(Text.assemble((title, "bold"), (f"  {note}", "dim")), soft_wrap=True)

    def scene(self, title: str, note: str, *content: RenderableType) -> None:
        """Print a heading and what belongs to it."""
        self.say(title, note)
        for each in content:
            self.console.print(each)
