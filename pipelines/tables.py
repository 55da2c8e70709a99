"""Tables as text for people, and as Markdown for artifacts. Numbers come formatted."""

from collections.abc import Sequence
from io import StringIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

WIDTH = 132


def text(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: int = 0, *, middle: int = 0) -> str:
    """A table with a title; the last `numbers` columns are right-aligned, or the `middle` ones after the first. Without rows it says so."""
    if not rows:
        return f"{title}: none"
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, column in enumerate(columns):
        is_number = 1 <= place <= middle if middle else place >= len(columns) - numbers
        table.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console = Console(file=StringIO(), width=WIDTH, force_terminal=False)
    console.print(table, markup=False)
    printed = console.file
    assert isinstance(printed, StringIO)
    lines = (line.rstrip() for line in printed.getvalue().splitlines())
    return "\n".join([title, *(line for line in lines if line)])


def markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)
