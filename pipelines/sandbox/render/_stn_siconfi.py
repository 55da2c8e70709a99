"""SICONFI: reports of the Union and the log of their deliveries, as ORDS pages.

Pages have 5,000 items and links to a host inside. A report that is not delivered, or one asked for without its kind, is 200 without
items. Stamps of delivery end in Z and are Brasília's wall time.
"""

import json
import re
from collections.abc import Mapping

import numpy as np

from pipelines.sandbox.view import SAO_PAULO, View, as_datetime
from pipelines.sandbox.wire import JSON, Answer
from pipelines.sandbox.world.siconfi import ACCOUNTS, ANNEX, COLUMNS, KEYS

SOURCE = "stn"
PAGE = 5_000
REPORT = "Relatório Resumido de Execução Orçamentária"

_UNION = {"exercicio": 0, "demonstrativo": "RREO", "periodo": 0, "periodicidade": "B", "instituicao": "Governo Federal - SIMULADO"}
_INSIDE = "http://interno.tesouro:8080/ords/cdwhprd/siconfi/tt"


def answer(view: View, resource: str, params: Mapping[str, str]) -> Answer | None:
    """A page of a resource; None where there is none of that name."""
    if resource == "extrato_entregas":
        rows = _deliveries(view, params)
    elif resource == "rreo":
        rows = _report(view, params)
    elif resource in ("rgf", "dca", "entes"):
        rows = []
    else:
        return None
    offset, limit = _number(params, "offset", 0), min(_number(params, "limit", PAGE), PAGE)
    page, more = rows[offset : offset + limit], offset + limit < len(rows)
    links = [{"rel": "self", "href": f"{_INSIDE}/{resource}"}]
    if more:
        links.append({"rel": "next", "href": f"{_INSIDE}/{resource}?offset={offset + limit}"})
    body = {"items": page, "hasMore": more, "limit": limit, "offset": offset, "count": len(page), "links": links}
    return Answer(_spelled(body), JSON)


def _number(params: Mapping[str, str], name: str, otherwise: int) -> int:
    text = params.get(name, "")
    return int(text) if text.isdigit() else otherwise


def _spelled(body: object) -> bytes:
    """Compact JSON; amounts to the cent where they are not whole."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return re.sub(r'("valor":-?\d+)\.0(?=[,}])', r"\1", text).encode()


def _deliveries(view: View, params: Mapping[str, str]) -> list[dict[str, object]]:
    key = KEYS[0]
    if params.get("id_ente") != "1" or not view.has(SOURCE, key):
        return []
    found = view.known(SOURCE, key)
    rows = []
    for day, at, vintage in zip(found.source_date.tolist(), found.published_at, found.vintage.tolist(), strict=True):
        if params.get("an_referencia") == str(day.year):
            told = as_datetime(at).astimezone(SAO_PAULO)
            rows.append({
                "exercicio": day.year, "cod_ibge": 1, "populacao": 0, "instituicao": _UNION["instituicao"], "entregavel": REPORT,
                "periodo": (day.month + 1) // 2, "periodicidade": "B", "status_relatorio": "HO" if vintage == 1 else "RE",
                "data_status": f"{told:%Y-%m-%dT%H:%M:%SZ}", "forma_envio": "M", "tipo_relatorio": "P",
            })  # fmt: skip
    return rows


def _report(view: View, params: Mapping[str, str]) -> list[dict[str, object]]:
    """Items of annex 1 of a bimester; none without the kind of report."""
    year, number = params.get("an_exercicio", ""), params.get("nr_periodo", "")
    wanted = params.get("co_tipo_demonstrativo") == "RREO" and params.get("id_ente") == "1" and params.get("no_anexo", ANNEX) == ANNEX
    if not wanted or not (year.isdigit() and number.isdigit() and 1 <= int(number) <= 6):
        return []
    day = np.datetime64(f"{int(year):04d}-{2 * int(number) - 1:02d}-01")
    rows: list[dict[str, object]] = []
    for account, (name, _) in ACCOUNTS.items():
        for column in COLUMNS:
            key = f"siconfi/1/{ANNEX}/{account}/{column}"
            prints = view.latest(SOURCE, key) if view.has(SOURCE, key) else None
            place = int(np.searchsorted(prints.source_date, day)) if prints is not None else 0
            if prints is not None and place < len(prints) and prints.source_date[place] == day:
                rows.append({
                    **_UNION, "exercicio": int(year), "periodo": int(number), "cod_ibge": 1, "uf": "BR", "populacao": 0, "anexo": ANNEX,
                    "esfera": "U", "rotulo": "Padrão", "coluna": column, "cod_conta": account, "conta": name,
                    "valor": float(prints.value[place]),
                })  # fmt: skip
    return rows
