"""IBGE SIDRA: tables in the bytes of both its services, below one address.

`/values/t/…` answers as `apisidra.ibge.gov.br`: a list of rows under a row of labels, whose order differs by table. `/api/v3/agregados/…`
answers as `servicodados.ibge.gov.br`: periods with the day of their last modification, descriptions, and values by variable,
category and period. `|` and `[]` come as they are.

A category that a table does not have is 200 and `...`; a period before a series began is `..`. More than 50,000 values are a 400 in
plain text, a period that does not exist is a 500. One call in twenty finds its line cut, two in five in the half hour after nine on
the day of an IPCA.
"""

import re
from datetime import time

import numpy as np

from pipelines.sandbox.render import _sidra_flat, _sidra_nested
from pipelines.sandbox.render._sidra_cells import SOURCE, Refused
from pipelines.sandbox.view import SAO_PAULO, View, as_datetime
from pipelines.sandbox.wire import Answer, Call, Delivery, not_found

__all__ = ["ROUTES", "SOURCE", "answer", "key"]

ROUTES = (
    "/values/t/{table}/n1/all/v/{variables}/p/{periods}/c{classification}/{categories}",
    "/api/v3/agregados/{table}/periodos/{periods}/variaveis/{variables}?localidades=N1[all]&classificacao={classification}[{categories}]",
    "/api/v3/agregados/{table}/periodos",
    "/api/v3/agregados/{table}/metadados",
)
RESET, RESET_ON_THE_MORNING = 0.05, 0.40

_FLAT = re.compile(r"/values((?:/\w+/[^/]+)+)/?")
_NESTED = re.compile(r"/api/v3/agregados/(\d+)/periodos/([^/]+)/variaveis/([^/]+)/?")
_ABOUT = re.compile(r"/api/v3/agregados/(\d+)/(periodos|metadados)/?")
_IPCA = "t1737/v2266"


def key(call: Call) -> str:
    """The table and the variables asked for, `7060/63,66`."""
    flat, nested, about = (pattern.fullmatch(call.route) for pattern in (_FLAT, _NESTED, _ABOUT))
    if flat is not None:
        told = _pairs(flat[1])
        return f"{told.get('t', '')}/{told.get('v', '')}"
    if nested is not None:
        return f"{nested[1]}/{nested[3].replace('|', ',')}"
    return about[1] if about else ""


def answer(call: Call, view: View) -> Answer:
    flat, nested, about = (pattern.fullmatch(call.route) for pattern in (_FLAT, _NESTED, _ABOUT))
    try:
        if flat is not None:
            found = _sidra_flat.flat(view, _pairs(flat[1]))
        elif nested is not None:
            found = _sidra_nested.nested(view, nested[1], nested[2], nested[3], call.params)
        elif about is not None:
            found = (_sidra_nested.period_list if about[2] == "periodos" else _sidra_nested.description)(view, about[1])
        else:
            return not_found(call, ROUTES)
    except Refused as refusal:
        return refusal.answer
    chance = RESET_ON_THE_MORNING if _is_the_morning(view) else RESET
    return found.but(delivery=Delivery(stop_after=len(found.body) // 2, reset=True)) if call.draw("sidra.reset") < chance else found


def _is_the_morning(view: View) -> bool:
    """Whether it is the half hour after nine on a day on which the IPCA comes out."""
    here = view.now.astimezone(SAO_PAULO)
    if not time(9) <= here.time() < time(9, 30) or not view.has(SOURCE, _IPCA):
        return False
    out = view.archive.prints(SOURCE, _IPCA).published_at
    near = out[np.searchsorted(out, np.datetime64(here.date()) - 1) :][:3]
    return any(as_datetime(at).astimezone(SAO_PAULO).date() == here.date() for at in near)


def _pairs(path: str) -> dict[str, str]:
    """`/t/1737/v/63` as a mapping."""
    parts = path.strip("/").split("/")
    return dict(zip(parts[::2], parts[1::2], strict=False))
