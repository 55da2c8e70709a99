"""A source's own words for one of its codes: its title, unit, frequency and what else tells it from its neighbours.

    bcb_sgs      the dataset of the code on the bank's open data portal
    fred         /fred/series
    ibge_sidra   the table's description: its name, and those of the variable and of each category of the key
    cftc         the market's name in the newest report
    yahoo        the names in a chart's head

Kinds of prices that a file names itself (a line of RTN, an indicator of Focus, a vertex of ANBIMA) are found by that name and need none.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from models_py.kernel.errors import PayloadError
from pipelines.connectors import Endpoint, Payload, Request
from pipelines.connectors._answers import read_json

_SIDRA_KEY = re.compile(r"t(\d+)/v(\d+)((?:/c\d+/\d+)*)", re.ASCII)
_SANDBOX_KEY = "0" * 32


@dataclass(frozen=True, slots=True)
class Source:
    """How a source is asked for a title, and where the answer has it."""

    ask: Callable[[str, Endpoint], Request]
    read: Callable[[Payload, str], str]


def title(payload: Payload, key: str) -> str:
    """The source's words for a key, in one line.

    Raises:
        PayloadError: the answer is not what the source documents, or is of another code.
    """
    try:
        return " ".join(BY_SOURCE[payload.source].read(payload, key).split())
    except (KeyError, IndexError, TypeError, StopIteration) as error:
        raise PayloadError(payload.source, payload.key, f"no title of {key}: {type(error).__name__} {error}") from error


def _ask_sgs(key: str, endpoint: Endpoint) -> Request:
    root = endpoint.root("titles", "/api/3/action")
    return Request("bcb_sgs", f"title of {key}", f"{root}/package_search?fq=codigo_sgs:{key}")


def _read_sgs(payload: Payload, key: str) -> str:
    found = next(one for one in read_json(payload)["result"]["results"] if str(one["codigo_sgs"]) == key)
    return _joined(found, "title", "unidade_medida", "periodicidade")


def _ask_fred(key: str, endpoint: Endpoint) -> Request:
    query = f"series_id={quote(key)}&api_key={endpoint.api_key or _SANDBOX_KEY}&file_type=json"
    return Request("fred", f"title of {key}", f"{endpoint.base_url}/fred/series?{query}", secrets=("api_key",))


def _read_fred(payload: Payload, key: str) -> str:
    found = next(one for one in read_json(payload)["seriess"] if one["id"] == key)
    return _joined(found, "title", "units", "frequency", "seasonal_adjustment")


def _ask_sidra(key: str, endpoint: Endpoint) -> Request:
    table = _selection(key)[0]
    return Request("ibge_sidra", f"title of {key}", f"{endpoint.base_url}/api/v3/agregados/{table}/metadados")


def _read_sidra(payload: Payload, key: str) -> str:
    table, variable, chosen = _selection(key)
    answer = read_json(payload)
    if str(answer["id"]) != table:
        raise PayloadError(payload.source, payload.key, f"table {answer['id']} and not {table}")
    named = next(one for one in answer["variaveis"] if str(one["id"]) == variable)
    words = [answer["nome"], named["nome"], named.get("unidade") or ""]
    for classification, category in re.findall(r"/c(\d+)/(\d+)", chosen):
        kinds = next(one for one in answer["classificacoes"] if str(one["id"]) == classification)["categorias"]
        words.append(next(one for one in kinds if str(one["id"]) == category)["nome"])
    return "; ".join(words)


def _selection(key: str) -> tuple[str, str, str]:
    found = _SIDRA_KEY.fullmatch(key)
    if found is None:
        raise PayloadError("ibge_sidra", key, "no key of a table, variable and categories")
    return found[1], found[2], found[3]


def _ask_cftc(key: str, endpoint: Endpoint) -> Request:
    query = f"cftc_contract_market_code={quote(key)}&$order=report_date_as_yyyy_mm_dd%20DESC&$limit=1"
    return Request("cftc", f"title of {key}", f"{endpoint.base_url}/resource/gpe5-46if.json?{query}")


def _read_cftc(payload: Payload, key: str) -> str:
    found = next(one for one in read_json(payload) if one["cftc_contract_market_code"].strip() == key)
    return str(found["market_and_exchange_names"])


def _ask_yahoo(key: str, endpoint: Endpoint) -> Request:
    return Request("yahoo", f"title of {key}", f"{endpoint.base_url}/v8/finance/chart/{quote(key, safe='=')}?range=5d&interval=1d")


def _read_yahoo(payload: Payload, key: str) -> str:
    meta = read_json(payload)["chart"]["result"][0]["meta"]
    if meta["symbol"] != key:
        raise PayloadError(payload.source, payload.key, f"{meta['symbol']} and not {key}")
    return _joined(meta, "longName", "shortName", "symbol")


def _joined(found: Mapping[str, Any], *names: str) -> str:
    return "; ".join(str(found[name]) for name in names if found.get(name))


BY_SOURCE: Mapping[str, Source] = {
    "bcb_sgs": Source(_ask_sgs, _read_sgs),
    "fred": Source(_ask_fred, _read_fred),
    "ibge_sidra": Source(_ask_sidra, _read_sidra),
    "cftc": Source(_ask_cftc, _read_cftc),
    "yahoo": Source(_ask_yahoo, _read_yahoo),
}
