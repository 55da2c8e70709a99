"""B3, quotes of the day with fifteen minutes' delay (`cotacao.b3.com.br`): futures of one commodity an answer, JSON.

Figures of contracts on rates (DI1, DAP, DDI, FRC) are % a year, settlement of the eve included; DOL in BRL per USD 1,000. The instant
of the answer is São Paulo time without zone. A figure that is not there is left out, as are contracts without a trade's figures.
Nothing here was tried on the live site.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from models_py.kernel.errors import PayloadError, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, Parsed, Payload, Quote, Request
from pipelines.connectors._answers import check_data, check_status, fields, glimpse, read_json
from pipelines.connectors._b3_report import CONTRACT
from pipelines.connectors._limits import Host
from pipelines.connectors._numbers import iso_day, json_number

SOURCE = "b3_intraday"
LIVE_URL = "https://cotacao.b3.com.br"
HOST = Host(per_second=1.0, parallel=2)

REPORT = "DerivativeQuotation"
COMMODITIES = ("DI1", "DAP", "DDI", "FRC", "DOL")
_PATH = "/mds/api/v1/DerivativeQuotation"
_SAO_PAULO = ZoneInfo("America/Sao_Paulo")
_QUOTED = {
    "prvsDayAdjstmntPric": "previous", "opngPric": "open", "minPric": "low", "maxPric": "high", "avrgPric": "mean", "curPrc": "last",
    "bottomLmtPric": "lower_limit", "topLmtPric": "upper_limit",
}
_COUNTED = {"opnCtrcts": "open_interest", "tradQty": "trades", "traddCtrctsQty": "contracts", "grssAmt": "gross_amount"}
_ENVELOPE = frozenset(("BizSts", "Msg", "Scty"))
_SECURITY = (frozenset(("SctyQtn", "asset", "symb")), frozenset(("buyOffer", "sellOffer", "mkt", "desc")))


def plan(series: Sequence[CatalogueRow], since: date, until: date, endpoint: Endpoint) -> list[Request]:
    """One answer a commodity, if the catalogue names it: what is quoted now, whatever the window."""
    wanted = {row.source_key for row in series}
    return [Request(SOURCE, name, f"{endpoint.base_url}{_PATH}/{name}") for name in COMMODITIES if name in wanted]


def validate(payload: Payload) -> None:
    """Refuse what is no list of quotes.

    Raises:
        SourceDown: a server error, or a maintenance page.
        SourceRefused: the service says that the request is wrong.
        PayloadError: another page, or JSON of another form.
    """
    check_status(payload)
    if payload.status >= 400:
        raise SourceRefused(payload.source, payload.key, f"status {payload.status}: {glimpse(payload.body)}")
    check_data(payload, "a JSON object")
    answer = fields(payload, read_json(payload), frozenset(("BizSts",)), _ENVELOPE)
    status = answer["BizSts"].get("cd") if isinstance(answer["BizSts"], dict) else answer["BizSts"]
    if status != "OK":
        raise SourceRefused(payload.source, payload.key, f"{status}: {glimpse(payload.body)}")
    fields(payload, answer, _ENVELOPE)


def is_empty(payload: Payload) -> bool:
    """Whether a valid answer lists no contract."""
    return read_json(payload)["Scty"] == []


def parse(payload: Payload) -> Parsed:
    """Quotes of every contract, known at the instant of the answer.

    Raises:
        PayloadError: an undocumented field, a contract twice, or a figure that is none.
    """
    validate(payload)
    answer = read_json(payload)
    try:
        message, securities = answer["Msg"], answer["Scty"]
        if not isinstance(message, dict) or not isinstance(message.get("dtTm"), str) or not isinstance(securities, list):
            raise ValueError(f"no instant or no list: {glimpse(payload.body)}")
        at = datetime.fromisoformat(message["dtTm"]).replace(tzinfo=_SAO_PAULO)
        rows = [fields(payload, row, *_SECURITY) for row in securities]
        symbols = [row["symb"] for row in rows]
        if len({repr(symbol) for symbol in symbols}) < len(symbols):
            raise ValueError("a contract stands twice")
        return Parsed(quotes=[quote for row in rows for quote in _quotes(row, at)])
    except ValueError as error:
        raise PayloadError(payload.source, payload.key, str(error)) from error


def _quotes(row: dict[str, Any], at: datetime) -> Iterator[Quote]:
    symbol = row["symb"]
    if not isinstance(symbol, str) or not CONTRACT.fullmatch(symbol.encode("utf-8")):
        return
    summary = _object(_object(row["asset"]).get("AsstSummry"))
    maturity = iso_day(str(summary["mtrtyCode"])) if "mtrtyCode" in summary else None
    unit = "price" if symbol.startswith("DOL") else "rate"
    figures = {f"{name}_{unit}": _object(row["SctyQtn"]).get(field) for field, name in _QUOTED.items()}
    figures |= {f"{side}_{unit}": _object(row.get(offer)).get("price") for offer, side in (("buyOffer", "bid"), ("sellOffer", "ask"))}
    figures |= {name: summary.get(field) for field, name in _COUNTED.items()}
    for field, figure in figures.items():
        value = json_number(figure)
        if value is not None:
            yield Quote(REPORT, at.date(), symbol, field, value, maturity, at, "published")


def _object(value: object) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError(f"not an object: {value!r:.80}")
    return value
