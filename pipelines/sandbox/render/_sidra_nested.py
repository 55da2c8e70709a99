"""SIDRA as `servicodados.ibge.gov.br/api/v3/agregados` answers: values by variable, category and period; periods; descriptions."""

import re
from collections.abc import Mapping, Sequence

from pipelines.sandbox.render._sidra_cells import SOURCE, Asked, Refused, cell, check_size, codes, known_periods, series, some, table_of
from pipelines.sandbox.render._sidra_tables import MONTH, QUARTER, period_name
from pipelines.sandbox.view import SAO_PAULO, View, as_datetime
from pipelines.sandbox.wire import JSON, Answer, as_json

_CHOSEN = re.compile(r"(\d+)\[([\d,]+|all)\]")
_PLACE = {"id": "1", "nivel": {"id": "N1", "nome": "Brasil"}, "nome": "Brasil"}


def nested(view: View, table: str, periods: str, variables: str, params: Mapping[str, str]) -> Answer:
    """Values of a table, by the parts of a path and the query.

    Raises:
        Refused: see `_sidra_cells`.
    """
    about, known = table_of(table), known_periods(view, table)
    if params.get("localidades") not in ("N1[all]", "N1[1]", "BR"):
        raise Refused(400, "localidades: nível territorial inexistente")
    chosen = _CHOSEN.fullmatch(params.get("classificacao", ""))
    if params.get("classificacao") and (chosen is None or about.classification is None or chosen[1] != about.classification[0]):
        raise Refused(400, "classificacao: classificação inexistente")
    categories = some(chosen[2], list(about.categories), "categoria") if chosen else [next(iter(about.categories), "")]
    asked = Asked(table, some(variables, list(about.variables), "variável"), categories, _chosen_periods(periods, known))
    check_size(asked)
    body = []
    for variable in asked.variables:
        results = []
        for category in asked.categories:
            found = series(view, table, variable, category)
            kind = [] if about.classification is None else [{
                "id": about.classification[0], "nome": about.classification[1],
                "categoria": {category: about.categories.get(category, "")},
            }]  # fmt: skip
            values = {code: cell(found, code) for code in asked.periods}
            results.append({"classificacoes": kind, "series": [{"localidade": _PLACE, "serie": values}]})
        told = about.variables[variable]
        body.append({"id": variable, "variavel": told.name, "unidade": told.unit[1], "resultados": results})
    return Answer(as_json(body), JSON)


def _chosen_periods(text: str, known: Sequence[str]) -> list[str]:
    if re.fullmatch(r"-\d+", text):
        return list(known[-int(text[1:]) :])
    if text == "all":
        return list(known)
    chosen = []
    for part in text.split("|"):
        first, _, last = part.partition("-")
        if not {first, last or first} <= set(known):
            raise Refused(500, "Internal Server Error")
        chosen += [code for code in known if first <= code <= (last or first)]
    return chosen


def period_list(view: View, table: str) -> Answer:
    """Periods of a table, each with the day on which a value of it was last printed."""
    about = table_of(table)
    latest: dict[str, str] = {}
    for name in view.keys(SOURCE):
        if name.startswith(f"t{table}/"):
            prints = view.latest(SOURCE, name)
            for code, at in zip(codes(prints.source_date, about.period), prints.published_at, strict=True):
                day = as_datetime(at).astimezone(SAO_PAULO).date().isoformat()
                latest[code] = max(latest.get(code, ""), day)
    return Answer(as_json([
        {"id": code, "literals": _literals(code, about.period), "modificacao": f"{day[8:]}/{day[5:7]}/{day[:4]}"}
        for code, day in sorted(latest.items())
    ]), JSON)  # fmt: skip


def _literals(code: str, kind: str) -> list[str]:
    name = period_name(code, kind)
    return [name, f"{name[:3]} {code[:4]}"] if kind == MONTH else [name]


def description(view: View, table: str) -> Answer:
    """What a table is, its variables and categories."""
    about, known = table_of(table), known_periods(view, table)
    frequency = "trimestral" if about.period == QUARTER else "mensal"
    span = {"frequencia": frequency, "inicio": int(known[0]), "fim": int(known[-1])} if known else None
    kinds = [] if about.classification is None else [{
        "id": int(about.classification[0]), "nome": about.classification[1], "sumarizacao": {"status": False, "excecao": []},
        "categorias": [{"id": int(code), "nome": name, "unidade": None, "nivel": int(place > 0)}
                       for place, (code, name) in enumerate(about.categories.items())],
    }]  # fmt: skip
    return Answer(as_json({
        "id": int(table), "nome": f"SIMULADO - {about.name}", "URL": f"http://sidra.ibge.gov.br/tabela/{table}", "pesquisa": "SIMULADO",
        "assunto": "SIMULADO", "periodicidade": span,
        "nivelTerritorial": {"Administrativo": ["N1"], "Especial": [], "IBGE": []},
        "variaveis": [
            {"id": int(code), "nome": one.name, "unidade": one.unit[1], "sumarizacao": []} for code, one in about.variables.items()
        ],
        "classificacoes": kinds,
    }), JSON)  # fmt: skip
