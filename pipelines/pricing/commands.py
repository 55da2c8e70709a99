"""Commands of `macro price`, one an instrument, made of the functions of `pipelines.pricing`."""

import inspect
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, get_args, get_type_hints

import typer

from pipelines.cli_options import JsonOption, command, day, group, settings_of, show, told
from pipelines.pricing import HELP, INSTRUMENTS, priced

app = group()


def _option(name: str) -> str:
    return f"--{name.strip('_').replace('_', '-')}"


def _kind(hint: Any) -> type:
    """The type an option is read as: dates come as text."""
    found = next((kind for kind in (*get_args(hint), hint) if kind in (float, int, str, date)), str)
    return str if found is date else found


def _command(instrument: str, function: Callable[..., Any]) -> Callable[..., None]:
    hints = get_type_hints(function)
    parameters = inspect.signature(function).parameters.values()
    needed = [parameter.name for parameter in parameters if parameter.default is parameter.empty]
    dated = [name for name, hint in hints.items() if date in (*get_args(hint), hint)]

    def run(*, as_json: bool, **given: Any) -> None:
        settings = settings_of()
        missing = [_option(name) for name in needed if given[name] is None]
        if missing:
            raise typer.BadParameter(f"{instrument} needs {', '.join(missing)}")
        for name in dated:
            given[name] = day(given[name])
        with told(settings):
            answer = priced(instrument, given)
        show({"instrument": instrument} | answer, as_json, "\n".join(f"{name:<24}{_text(value)}" for name, value in answer.items()))

    options = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=None,
            annotation=Annotated[_kind(hints[name]) | None, typer.Option(_option(name), help=_help(name, name in needed))],
        )
        for name in (parameter.name for parameter in parameters)
    ]  # fmt: skip
    as_json = inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=JsonOption)
    run.__signature__ = inspect.Signature([*options, as_json])  # type: ignore[attr-defined]
    run.__annotations__ = {option.name: option.annotation for option in (*options, as_json)}
    run.__doc__ = function.__doc__
    return run


def _help(name: str, is_needed: bool) -> str:
    return HELP[name] + (" (needed)" if is_needed else "")


def _text(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


for _name, _function in INSTRUMENTS.items():
    command(app, _name.replace("_", "-"))(_command(_name, _function))
