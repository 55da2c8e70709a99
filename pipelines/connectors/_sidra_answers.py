"""Values in the two forms in which IBGE gives a SIDRA table, as rows of series key, period and text.

- `apisidra.ibge.gov.br/values`: a list of rows, the first of which holds the labels of the columns. Which dimension is which is told
  by its label alone: the period is the second or the third. The table itself is not named.
- `servicodados.ibge.gov.br/api/v3/agregados`: variables, in them results by category, in them series by place, `{period: text}`.

Both answer 200 and `...` for a category that the table does not have, whose name is then empty. Variables of the unit "Nenhuma" hold
a letter that says how sure a change is, no number: their rows are left out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipelines.connectors import Payload
from pipelines.connectors._answers import fields
from pipelines.connectors._sidra_keys import Selection, series_key

Row = tuple[str, str, str]

_CODE = " (Código)"
_VARIABLE, _VALUE = "Variável", "Valor"
_TIMES: Mapping[str, str] = {"Mês": "monthly", "Trimestre Móvel": "monthly", "Trimestre": "quarterly", "Ano": "annual"}
_PLACES = frozenset((
    "Brasil", "Grande Região", "Unidade da Federação", "Região Metropolitana", "Região Metropolitana e RIDE", "Município",
    "Município da Capital", "Município da Capital e RIDE",
))  # fmt: skip
_NO_UNIT, _SIGN = "Nenhuma", re.compile(r"[A-Z]")
_FIXED = frozenset(("NC", "NN", "MC", "MN", "V"))
_COUNTRY = "1"
_RESULT = (frozenset(("id", "variavel", "unidade", "resultados")), frozenset(("classificacoes", "series")))


def flat_rows(payload: Payload, answer: Sequence[Any], table: str, asked: Selection, frequency: str) -> Iterator[Row]:
    """Rows of the `values` form.

    Raises:
        PayloadError: a row without the columns of the header.
        ValueError: no header, an unknown dimension, or periods of another frequency.
    """
    header = answer[0]
    if not isinstance(header, dict) or header.get("V") != _VALUE:
        raise ValueError("no header row: dimensions cannot be told apart without it")
    labels = {name[:-1]: str(label).removesuffix(_CODE) for name, label in header.items() if name not in _FIXED and name.endswith("C")}
    time, variable = (_only(labels, wanted) for wanted in (set(_TIMES), {_VARIABLE}))
    if _TIMES[labels[time]] != frequency:
        raise ValueError(f"periods are of the kind {labels[time]!r}, and the series is called {frequency}")
    others = [name for name in labels if name not in (time, variable) and labels[name] not in _PLACES]
    if len(others) != len(asked.classes):
        raise ValueError(f"dimensions {[labels[name] for name in others]} where {len(asked.classes)} classifications were asked for")
    columns = frozenset(header)
    for row in answer[1:]:
        found = fields(payload, row, columns)
        if not all(isinstance(text, str) for text in found.values()):
            raise ValueError(f"a value is not text: {row!r:.160}")
        if _is_sign(found["MN"], found["V"]):
            continue
        categories = [(_class_of(found[f"{name}C"], asked), found[f"{name}C"], found[f"{name}N"]) for name in others]
        for _, code, title in categories:
            _check_title(code, title)
        place = next((f"/n{found['NC']}/{found[f'{name}C']}" for name in labels if labels[name] in _PLACES), "")
        named = [(name, code) for name, code, _ in sorted(categories, key=lambda one: _rank(one[0], asked))]
        yield series_key(table, found[f"{variable}C"], named, "" if found["NC"] == _COUNTRY else place), found[f"{time}C"], found["V"]


def nested_rows(payload: Payload, answer: Sequence[Any], table: str) -> Iterator[Row]:
    """Rows of the `agregados` form.

    Raises:
        PayloadError: a part without its documented fields.
        ValueError: a part of another type, or a category without a name.
    """
    for one in answer:
        variable = fields(payload, one, _RESULT[0])
        for part in _list(variable["resultados"]):
            result = fields(payload, part, _RESULT[1])
            categories = []
            for kind in _list(result["classificacoes"]):
                found = fields(payload, kind, frozenset(("id", "nome", "categoria")))
                if not isinstance(found["categoria"], dict) or len(found["categoria"]) != 1:
                    raise ValueError(f"not one category: {found['categoria']!r:.120}")
                ((code, title),) = found["categoria"].items()
                _check_title(code, title)
                categories.append((str(found["id"]), code))
            for line in _list(result["series"]):
                series = fields(payload, line, frozenset(("localidade", "serie")))
                key = series_key(table, str(variable["id"]), categories, _place(payload, series["localidade"]))
                if not isinstance(series["serie"], dict):
                    raise ValueError(f"a series is no object: {series['serie']!r:.120}")
                for period, text in series["serie"].items():
                    if not isinstance(text, str):
                        raise ValueError(f"a value is not text: {text!r:.60} of {key} in {period}")
                    if not _is_sign(variable["unidade"], text):
                        yield key, period, text


def _is_sign(unit: object, text: str) -> bool:
    return unit == _NO_UNIT and _SIGN.fullmatch(text) is not None


def _only(labels: Mapping[str, str], wanted: set[str]) -> str:
    found = [name for name, label in labels.items() if label in wanted]
    if len(found) != 1:
        raise ValueError(f"no dimension, or more than one, that is {' or '.join(sorted(wanted))} among {sorted(labels.values())}")
    return found[0]


def _class_of(code: str, asked: Selection) -> str:
    found = [name for name, categories in asked.classes if code in categories]
    if len(found) != 1:
        raise ValueError(f"category {code} was not asked for")
    return found[0]


def _rank(name: str, asked: Selection) -> int:
    return [one for one, _ in asked.classes].index(name)


def _check_title(code: str, title: object) -> None:
    if not isinstance(title, str) or not title.strip():
        raise ValueError(f"category {code} has no name: the table does not have it, and its values say nothing")


def _place(payload: Payload, place: object) -> str:
    """Empty for the country, else `/n3/33`: the level and the code."""
    found = fields(payload, place, frozenset(("id", "nivel", "nome")))
    level = fields(payload, found["nivel"], frozenset(("id", "nome")))
    if not isinstance(level["id"], str):
        raise ValueError(f"a level without code: {place!r:.120}")
    return "" if level["id"] == "N1" else f"/{level['id'].lower()}/{found['id']}"


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{type(value).__name__} instead of a list: {value!r:.120}")
    return value
