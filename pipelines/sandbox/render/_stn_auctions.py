"""Results of the Treasury's auctions: a JSON array by year, day or bond, in order of day and maturity.

Dates are text, numbers are numbers and whole ones are written without decimals. A bond without a second round, or whose second round is
not held yet, has no field of one.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import numpy as np

from pipelines.sandbox.view import SAO_PAULO, View, as_instant
from pipelines.sandbox.wire import JSON, Answer, as_json
from pipelines.sandbox.world.auctions import Result
from pipelines.sandbox.world.bond_eves import FIRST_YEAR

RESULTS = "/aria/v1/api-leiloes-pub/custom/resultados"


def results(view: View, params: Mapping[str, str]) -> Answer:
    """Results of the year `ano` or the day `dataleilao` (dd/mm/yyyy), of the bond `titulo` if it is named; of the clock's year without
    either. A year or day that cannot be read has none."""
    today = view.today()
    try:
        day = datetime.strptime(params["dataleilao"], "%d/%m/%Y").replace(tzinfo=SAO_PAULO).date() if "dataleilao" in params else None
        year = day.year if day else int(params.get("ano", today.year))
    except ValueError:
        return Answer(as_json([]), JSON)
    found = view.auctions(year) if FIRST_YEAR <= year <= today.year else []
    chosen = [one for one in found if (day is None or one.day == np.datetime64(day)) and params.get("titulo", one.kind) == one.kind]
    chosen.sort(key=lambda one: (one.day, one.maturity, one.kind))
    return Answer(as_json([_row(one, as_instant(view.now)) for one in chosen]), JSON)


def _row(one: Result, now: np.datetime64) -> dict[str, Any]:
    """Fields in the order of the service."""
    second = one.second_offered > 0 and one.second_at <= now
    row = {
        "quantidade_bcb": 0, "percentual_corte": one.share_at_cut, "liquidacao_segunda_volta": _day(one.second_settles),
        "oferta_segunda_volta": one.second_offered, "data_leilao": _day(one.day), "oferta": one.offered, "titulo": one.kind,
        "liquidacao": _day(one.settles), "financeiro_aceito_segunda_volta": one.second_amount, "quantidade_aceita": one.accepted,
        "prazo": int((one.maturity - one.settles).astype(np.int64)), "vencimento": _day(one.maturity), "benchmark": one.term,
        "pu_medio": one.average_price, "taxa_media": one.average_rate, "financeiro_aceito": one.amount, "pu_minimo": one.cut_price,
        "numero_edital": one.notice, "taxa_maxima": one.cut_rate, "tipo_leilao": "Venda", "financeiro_bcb": 0,
        "tipo_ocorrencia": "Ordinário", "quantidade_aceita_segunda_volta": one.second_accepted,
    }  # fmt: skip
    return {name: _number(value) for name, value in row.items() if second or not name.endswith("_segunda_volta")}


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _day(day: np.datetime64) -> str:
    held: date = day.astype("datetime64[D]").item()
    return f"{held:%d/%m/%Y}"
