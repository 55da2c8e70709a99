"""STN: the Brazilian Treasury's hosts below one address.

Portal (`www.tesourotransparente.gov.br`): CKAN, the workbook of the monthly result (`_stn_rtn`). SICONFI
(`apidatalake.tesouro.gov.br`, `_stn_siconfi`): its older path is moved (301). The retail site keeps programs out (403).
"""

import re

from pipelines.sandbox.render import _stn_rtn, _stn_siconfi
from pipelines.sandbox.view import View
from pipelines.sandbox.wire import HTML, Answer, Call, not_found, page

SOURCE = "stn"
SICONFI, OLD_SICONFI = "/ords/cdwhprd/siconfi/tt", "/ords/siconfi/tt"
ROUTES = (
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
    if route == _stn_rtn.SHOW:
        found = _stn_rtn.resource(view, call.params.get("id", ""))
    elif route.startswith(_stn_rtn.FOLDER):
        found = _stn_rtn.workbook(view, key(call))
    elif route.startswith(OLD_SICONFI):
        query = f"?{call.query}" if call.query else ""
        moved = f"/{SOURCE}{call.path.replace(OLD_SICONFI, SICONFI, 1)}{query}"
        return Answer(b"", HTML, 301, headers=(("Location", moved),))
    elif route.startswith(SICONFI):
        found = _stn_siconfi.answer(view, key(call), call.params)
    elif _LISTS.fullmatch(route):
        return page("Attention Required! | Cloudflare", "Sorry, you have been blocked", "You are unable to access this site.", 403)
    return found if found is not None else not_found(call, ROUTES)
