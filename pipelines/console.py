"""Ad hoc SQL on a release: one query, or a prompt. The connection reads the release's objects and nothing else."""

import json
import sys
from collections.abc import Iterator
from typing import Literal

import duckdb
import polars as pl

from models_py.gold import Release, open_release
from models_py.gold.release import NotAQuery
from models_py.kernel.errors import MacroError
from models_py.kernel.settings import Settings

Form = Literal["table", "json", "csv"]
ROWS_SHOWN = 200


class QueryError(MacroError):
    """DuckDB refused a query; the message is its own."""


def answer(settings: Settings, release_id: str | None, query: str, form: Form = "table") -> str:
    """The answer to one query as text.

    Raises:
        QueryError: the query is wrong, or asks for what a release does not give (files, network, writing).
    """
    with open_release(settings, release_id) as release:
        return _answer(release, query, form)


def prompt(settings: Settings, release_id: str | None, form: Form = "table") -> None:
    """Read queries from standard input until it ends; each ends with a semicolon, the last one may go without.

    On a terminal a wrong query is told and the next one awaited; elsewhere it ends the command.

    Raises:
        QueryError: a query of a file or pipe is wrong.
    """
    with open_release(settings, release_id) as release:
        label = "SIMULATED " if release.manifest.simulated else ""
        tables = ", ".join(release.manifest.objects)
        print(f"{label}release {release.id}, world {release.world_id}; tables {tables}; a query ends with ;", file=sys.stderr)
        for query in _queries():
            try:
                print(_answer(release, query, form), flush=True)
            except QueryError as error:
                if not sys.stdin.isatty():
                    raise
                print(error, file=sys.stderr)


def _queries() -> Iterator[str]:
    text = ""
    for line in _lines():
        text = "" if line is None else text + line
        if text.rstrip().endswith(";"):
            yield text
            text = ""
    if text.strip():
        yield text


def _lines() -> Iterator[str | None]:
    """Lines as typed; None where Ctrl-C gave one up."""
    if not sys.stdin.isatty():
        yield from sys.stdin
        return
    import readline  # noqa: F401 - gives input() a history

    while True:
        try:
            yield input("macro> ") + "\n"
        except KeyboardInterrupt:
            print(file=sys.stderr)
            yield None
        except EOFError:
            print(file=sys.stderr)
            return


def _answer(release: Release, query: str, form: Form) -> str:
    try:
        frame = release.sql(query)
    except (duckdb.Error, NotAQuery) as error:
        raise QueryError(str(error)) from error
    if form == "csv":
        return frame.write_csv().rstrip("\n")
    if form == "json":
        return json.dumps(frame.to_dicts(), ensure_ascii=False, default=str)
    with pl.Config(tbl_rows=ROWS_SHOWN, tbl_cols=-1, fmt_str_lengths=80, tbl_width_chars=200, tbl_hide_dataframe_shape=True):
        return str(frame)
