"""SIDRA as `apisidra.ibge.gov.br` answers: a list of rows under a row of labels, dimensions in an order that differs by table."""

import re
from collections.abc import Mapping, Sequence
from itertools import product

from pipelines.sandbox.render._sidra_cells import Asked, Refused, cell, check_size, known_periods, series, some, table_of
from pipelines.sandbox.render._sidra_tables import Table, period_name
from pipelines.sandbox.view import View
from pipelines.sandbox.wire import JSON, Answer, as_json


def flat(view: View, told: Mapping[str, str]) -> Answer:
    """Values of a table, by the parts of a path.

    Raises:
        Refused: see `_sidra_cells`.
    """
    table = told.get("t", "")
    about = table_of(table)
    kinds = [name for name in told if re.fullmatch(r"c\d+", name)]
    if any(about.classification is None or name[1:] != about.classification[0] for name in kinds):
        raise Refused(400, f"Parâmetro {kinds[0].upper()}: classificação inexistente na tabela {table}")
    if told.get("n1") not in ("all", "1"):
        raise Refused(400, "Parâmetro N: nível territorial inexistente")
    known = known_periods(view, table)
    chosen = told.get("p", "last")
    asked = Asked(
        table, some(told.get("v", "all"), list(about.variables), "variável"),
        some(told[kinds[0]], list(about.categories), "categoria") if kinds else [next(iter(about.categories), "")],
        _flat_periods(chosen, known),
    )
    check_size(asked)
    rows = [] if told.get("h") == "n" else [_labels(about, bool(kinds))]
    for variable, code, category in product(asked.variables, asked.periods, asked.categories):
        unit = about.variables[variable].unit
        row = {"NC": "1", "NN": "Brasil", "MC": unit[0], "MN": unit[1], "V": cell(series(view, table, variable, category), code)}
        dimensions = [(variable, about.variables[variable].name), (code, period_name(code, about.period))]
        dimensions = [("1", "Brasil"), *(dimensions[::-1] if about.period_first else dimensions)]
        if kinds:
            dimensions.append((category, about.categories.get(category, "")))
        rows.append(_row(row, dimensions))
    return Answer(as_json([_form(row, told.get("f", "a")) for row in rows]), JSON)


def _labels(about: Table, with_class: bool) -> dict[str, str]:
    names = ["Brasil", *((about.period, "Variável") if about.period_first else ("Variável", about.period))]
    if with_class and about.classification:
        names.append(about.classification[1])
    head = {"NC": "Nível Territorial (Código)", "NN": "Nível Territorial", "MC": "Unidade de Medida (Código)", "MN": "Unidade de Medida"}
    return _row({**head, "V": "Valor"}, [(f"{name} (Código)", name) for name in names])


def _row(row: dict[str, str], dimensions: Sequence[tuple[str, str]]) -> dict[str, str]:
    return row | {f"D{n}{letter}": text for n, pair in enumerate(dimensions, start=1) for letter, text in zip("CN", pair, strict=True)}


def _form(row: dict[str, str], form: str) -> dict[str, str]:
    """All columns, or codes (c) or names (n) alone."""
    return row if form == "a" else {name: text for name, text in row.items() if name == "V" or name.endswith(form.upper())}


def _flat_periods(text: str, known: Sequence[str]) -> list[str]:
    if found := re.fullmatch(r"(last|first)(?: (\d+))?", text):
        count = int(found[2] or 1)
        return list(known[-count:] if found[1] == "last" else known[:count])
    if text == "all":
        return list(known)
    chosen = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        chosen += [code for code in known if first <= code <= (last or first)]
    return chosen
