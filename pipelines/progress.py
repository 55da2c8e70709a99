"""Progress of long work: a bar on a terminal, one plain line a stage elsewhere. Everything goes to standard error."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

Step = Callable[[str, int, int], None]


def silent(_what: str, _done: int, _total: int) -> None:
    """A step that shows nothing."""


@dataclass
class Stages:
    """Times and shows the stages of a run. `seconds` holds what each took, in order."""

    seconds: dict[str, float] = field(default_factory=dict)
    quiet: bool = False

    @contextmanager
    def stage(self, name: str) -> Iterator[Step]:
        """Run a stage; the value is a callback (what, done, total) for its steps."""
        started = time.monotonic()
        with _shown(name, self.quiet) as step:
            yield step
        self.seconds[name] = round(time.monotonic() - started, 2)
        if not self.quiet and not sys.stderr.isatty():
            print(f"{name}: {self.seconds[name]:.1f} s", file=sys.stderr, flush=True)


@contextmanager
def _shown(name: str, quiet: bool) -> Iterator[Step]:
    if quiet or not sys.stderr.isatty():
        yield silent
        return
    columns = (TextColumn("{task.description:<10}"), BarColumn(), TextColumn("{task.fields[what]}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=False) as bar:
        task = bar.add_task(name, total=None, what="")

        def step(what: str, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, what=what[:60])

        yield step
        bar.update(task, completed=1, total=1, what="")
