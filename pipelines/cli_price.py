"""`macro price`: one command an instrument. Nothing is read but the calendar, and the library is loaded only when it is asked."""

from collections.abc import MutableMapping
from typing import Any

import typer
from typer.core import TyperGroup

from pipelines.cli_options import EXIT_CODES


class Priced(TyperGroup):
    """The commands of `pipelines.pricing`, made when first looked at: no other command pays for loading the library."""

    _made: MutableMapping[str, Any] | None = None

    @property
    def commands(self) -> MutableMapping[str, Any]:
        if self._made is None:
            from pipelines.pricing.commands import app as priced

            made: Any = typer.main.get_command(priced)
            self._made = made.commands
        return self._made

    @commands.setter
    def commands(self, given: MutableMapping[str, Any]) -> None:
        """What the group is born with is nothing."""


app = typer.Typer(
    cls=Priced, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, epilog=EXIT_CODES,
    help="Price an instrument: decimals for rates, dates as YYYY-MM-DD.",
)  # fmt: skip
