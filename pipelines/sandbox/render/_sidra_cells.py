"""Cells of SIDRA's tables as they stand at an instant, and what the service refuses whichever way it is asked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.sandbox.render._sidra_tables import QUARTER, TABLES, Table
from pipelines.sandbox.view import View
from pipelines.sandbox.wire import Answer
from pipelines.sandbox.world.prints import Dates

SOURCE = "ibge_sidra"
MAX_VALUES = 50_000

_TEXT = "text/plain; charset=utf-8"


class Refused(ValueError):
    """A request that the service refuses, with its status and words."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.answer = Answer(text.encode(), _TEXT, status)


@dataclass(frozen=True)
class Asked:
    """What a request wants of a table."""

    table: str
    variables: Sequence[str]
    categories: Sequence[str]            # one empty text where the table has no classification
    periods: Sequence[str]


def table_of(code: str) -> Table:
    """A table by its code.

    Raises:
        Refused: there is none.
    """
    if code not in TABLES:
        raise Refused(400, f"Tabela {code}: tabela inexistente")
    return TABLES[code]


def series(view: View, table: str, variable: str, category: str) -> dict[str, str]:
    """Values of a series by period, as text, as they stand."""
    about = TABLES[table]
    name = f"t{table}/v{variable}" + (f"/c{about.classification[0]}/{category}" if about.classification else "")
    if not view.has(SOURCE, name):
        return {}

    def compute() -> dict[str, str]:
        prints = view.latest(SOURCE, name)
        digits = about.variables[variable].decimals or prints.decimals
        told = codes(prints.source_date, about.period)
        return {code: f"{value:.{digits}f}" for code, value in zip(told, prints.value.tolist(), strict=True)}

    return view.memory.get(("sidra", name, view.count(SOURCE, name)), compute)


def codes(days: Dates, kind: str) -> list[str]:
    """Codes of periods by their first days."""
    months = days.astype("datetime64[M]").astype(np.int64)
    numbers = months % 12 // 3 + 1 if kind == QUARTER else months % 12 + 1
    return [f"{year}{number:02d}" for year, number in zip((months // 12 + 1970).tolist(), numbers.tolist(), strict=True)]


def _all(view: View, table: str) -> dict[str, dict[str, str]]:
    """Every series of a table that is out, by its key."""
    prefix = f"t{table}/"
    found = {}
    for name in view.keys(SOURCE):
        if name.startswith(prefix):
            parts = name.split("/")
            found[name] = series(view, table, parts[1][1:], parts[-1] if len(parts) > 2 else "")
    return found


def known_periods(view: View, table: str) -> list[str]:
    """Periods of which any series of a table has a value."""
    return sorted({code for found in _all(view, table).values() for code in found})


def cell(found: Mapping[str, str], code: str) -> str:
    """A value, or what stands for none: before the first one `..`, else `...`."""
    if code in found:
        return found[code]
    return ".." if found and code < min(found) else "..."


def check_size(asked: Asked) -> None:
    """Refuse more values than the service gives at once."""
    size = len(asked.variables) * len(asked.categories) * len(asked.periods)
    if size > MAX_VALUES:
        raise Refused(400, f"Quantidade de valores solicitados: {size} excedeu o limite: {MAX_VALUES}")


def some(text: str, known: Sequence[str], what: str) -> list[str]:
    """Codes of a list, or all of them."""
    if text in ("all", "allxp"):
        return list(known)
    chosen = re.split(r"[,|]", text)
    if what == "variável" and (wrong := [code for code in chosen if code not in known]):
        raise Refused(400, f"Parâmetro V: variável {wrong[0]} inexistente")
    return chosen
