"""STN: the Brazilian Treasury's hosts below one address.

Portal (`www.tesourotransparente.gov.br`): CKAN, the workbook of the monthly result (`_stn_rtn`), the file of retail prices
(`_stn_prices`), whose workbooks lie at `cdn.tesouro.gov.br`. SICONFI (`apidatalake.tesouro.gov.br`, `_stn_siconfi`): its older path is
moved (301). Results of auctions (`apiapex.tesouro.gov.br`, `_stn_auctions`). The retail site keeps programs out (403).
"""

import re

from pipelines.sandbox.render import _stn_auctions, _stn_prices, _stn_rtn, _stn_siconfi
from pipelines.sandbox.view import View
from pipelines.sandbox.wire import HTML, Answer, Call, not_found, page

SOURCE = "stn"
SICONFI, OLD_SICONFI = "/ords/cdwhprd/siconfi/tt", "/ords/siconfi/tt"
ROUTES = (
    _stn_prices.FILE,
    "/sistemas-internos/apex/producao/sistemas/sistd/{yyyy}/{bond}_{yyyy}.xls",
    f"{_stn_auctions.RESULTS}?ano={{yyyy}}",
    f"{_stn_rtn.SHOW}?id={_stn_rtn.RESOURCE}",
    f"{SICONFI}/extrato_entregas?id_ente=1&an_referencia={{yyyy}}",
    f"{SICONFI}/rreo?an_exercicio={{yyyy}}&nr_periodo={{n}}&co_tipo_demonstrativo=RREO&no_anexo=RREO-Anexo%2001&id_ente=1",
)

_LISTS = re.compile(r"/documents/d/guest/rendimento-(?:investir|resgatar)-csv/?")


def key(call: Call) -> str:
    """The last part of the path."""
    return call.route.rstrip("/").rsplit("/", 1)[-1]


def answer(call: Call, view: View) -> Answer:
    route = call.route.rstrip("/")
    found: Answer | None = None
    book = _stn_prices.BOOK.fullmatch(route)
    if route == _stn_rtn.SHOW:
        found = _stn_rtn.resource(view, call.params.get("id", ""))
    elif route.startswith(_stn_rtn.FOLDER):
        found = _stn_rtn.workbook(view, key(call))
    elif route == _stn_prices.FILE:
        found = _stn_prices.file(view)
    elif book is not None and book[1] == book[3]:
        found = _stn_prices.workbook(view, int(book[1]), book[2].replace("_", " "))
    elif route == _stn_auctions.RESULTS:
        found = _stn_auctions.results(view, call.params)
    elif route.startswith(OLD_SICONFI):
        query = f"?{call.query}" if call.query else ""
        moved = f"/{SOURCE}{call.path.replace(OLD_SICONFI, SICONFI, 1)}{query}"
        return Answer(b"", HTML, 301, headers=(("Location", moved),))
    elif route.startswith(SICONFI):
        found = _stn_siconfi.answer(view, key(call), call.params)
    elif _LISTS.fullmatch(route):
        return page("Attention Required! | Cloudflare", "Sorry, you have been blocked", "You are unable to access this site.", 403)
    return found if found is not None else not_found(call, ROUTES)
