"""What all commands share: options, settings, errors told in one line, answers as text or JSON.

Exit codes: 0 done, 1 failed, 2 wrong use. Text goes to standard output and progress to standard error; `--json` gives JSON on
standard output instead, one value a line.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TextIO, TypeVar

import typer
from pydantic import ValidationError

from models_py.kernel.errors import ConfigError, MacroError, NaiveCutoff
from models_py.kernel.log import configure as configure_logs
from models_py.kernel.settings import Settings

EXIT_CODES = "Exit codes: 0 done, 1 failed, 2 wrong use."
Command = TypeVar("Command", bound=Callable[..., None])


class World(StrEnum):
    sandbox = "sandbox"
    files = "files"
    live = "live"


WorldOption = Annotated[World | None, typer.Option(help="where bytes come from (MACRO_WORLD)")]
NowOption = Annotated[str | None, typer.Option(help="instant of the run, ISO with offset (MACRO_NOW); default the clock")]
LakeOption = Annotated[str | None, typer.Option(help="folder or URI of the lake (MACRO_LAKE)")]
HistoryOption = Annotated[Path | None, typer.Option(help="folder with IMPORT_MAP.csv, for the files world (MACRO_HISTORY)")]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON on standard output, one value a line")]
ReleaseOption = Annotated[str | None, typer.Option(help="release id; default the current one")]


def group(text: str = "") -> typer.Typer:
    """A group of commands; a bug in one keeps its traceback, and without arguments the group shows its help."""
    return typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=text, epilog=EXIT_CODES)


def command(of: typer.Typer, name: str | None = None) -> Callable[[Command], Command]:
    """Decorator: a command of a group, whose help ends with the exit codes."""
    return of.command(name, epilog=EXIT_CODES)


def settings_of(**given: Any) -> Settings:
    """Settings of a command: its options over the environment. A value that cannot be used is wrong use (exit 2)."""
    chosen: dict[str, Any] = {name: str(value) if isinstance(value, World) else value for name, value in given.items() if value is not None}
    try:
        return Settings(**chosen)
    except ValidationError as error:
        raise typer.BadParameter("; ".join(_told(item, set(chosen)) for item in error.errors())) from error
    except MacroError as error:
        raise typer.BadParameter(str(error)) from error


def _told(item: Any, options: set[str]) -> str:
    """One bad setting: where it was given, why it cannot be used, and the value unless it is a secret."""
    name = str(item["loc"][0]) if item["loc"] else "settings"
    field = Settings.model_fields.get(name)
    where = f"--{name.rsplit('_')[-1]}" if name in options else f"MACRO_{name.upper()}"
    value = "" if field is None or "Secret" in str(field.annotation) else f", found {item['input']!r}"
    return f"{where}: {item['msg']}{value}"


@contextmanager
def told(settings: Settings) -> Iterator[None]:
    """Errors of the desk become one line: exit code 2 for what was asked for wrongly, else 1. A bug keeps its traceback."""
    configure_logs(settings.log_level)
    try:
        yield
    except MacroError as error:
        typer.secho(f"{type(error).__name__}: {error}", fg="red", err=True)
        raise typer.Exit(2 if isinstance(error, ConfigError | NaiveCutoff) else 1) from error
    except RuntimeError as error:
        if isinstance(error.__cause__, KeyboardInterrupt):           # DuckDB's word for Ctrl-C
            raise KeyboardInterrupt from error
        raise


def show(answer: Any, as_json: bool, text: str, to: TextIO | None = None) -> None:
    """Print an answer as one line of JSON or as text."""
    typer.echo(json.dumps(answer, ensure_ascii=False, default=_plain) if as_json else text, file=to)


def day(text: str | None) -> date | None:
    """A date given as an option; None where none is."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"not a date: {text!r}; write YYYY-MM-DD") from error


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"not JSON: {type(value).__name__} {value!r}")
