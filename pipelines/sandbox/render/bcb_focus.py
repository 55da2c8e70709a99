"""BCB Focus: market expectations in the bytes of Olinda (`olinda.bcb.gov.br`, OData).

There is no next link and no count: pages are cut by `$top` and `$skip`, and since rows that `$orderby` leaves equal change places
(`_olinda`), only a total order pages right. Numbers keep four decimals.

World keys are `<Indicador>|<S or N>|<baseCalculo>`, the 12-month inflation set; the others are surveys that the world makes when they
are asked for. Single answers of institutions, which the central bank has withdrawn, and dates of reference are an empty `value`, as
Olinda sends where nothing matches.
"""

import re

import numpy as np

from pipelines.sandbox.render._focus_rows import SETS, envelope, rows_of, tokens
from pipelines.sandbox.render._odata import Malformed, matches, options, order, selected
from pipelines.sandbox.render._olinda import JSON, internal_error, is_misspelled, malformed, ties
from pipelines.sandbox.view import View, as_instant
from pipelines.sandbox.wire import Answer, Call, Delivery, not_found

SOURCE = "bcb_focus"
ROUTES = tuple(f"/olinda/servico/Expectativas/versao/v1/odata/{name}" for name in SETS)

_PATH = re.compile(r"/olinda/servico/Expectativas/versao/v1/odata/(\w+)/?")
_LIMIT = 50_000
_DELAY = 2.0                             # seconds before a whole set fails, at real pace


def key(call: Call) -> str:
    """The set, and where the filter names one indicator, `set/indicator`."""
    found = _PATH.fullmatch(call.route)
    indicator = re.search(r"[Ii]ndicador eq '([^']*)'", call.params.get("$filter", ""))
    return "/".join(filter(None, [found[1] if found else "", indicator[1] if indicator else ""]))


def answer(call: Call, view: View) -> Answer:
    found = _PATH.fullmatch(call.route)
    if found is None or found[1] not in SETS:
        return not_found(call, ROUTES)
    if is_misspelled(call.query):
        return internal_error()
    name = found[1]
    try:
        asked = options(call.query)
        everything = rows_of(view, name, asked.filter)
        names = selected(asked.select, SETS[name])
        if asked.format not in ("json", "application/json"):
            raise Malformed(f"format {asked.format}")
        now = as_instant(view.now)
        known = (everything.published_at <= now) & (now < everything.superseded_at)
        rows = np.flatnonzero(known & matches(asked.filter, everything.columns, known.size))
        if asked.top is None and rows.size > _LIMIT:
            return internal_error().but(delivery=Delivery(wait=_DELAY * call.pace))
        kept = {column: everything.rank(column)[rows] for column in everything.columns if column in asked.orderby}
        rows = rows[order(asked.orderby, kept, ties(call, "focus.order", rows.size, asked.top, asked.skip))]
    except Malformed:
        return malformed()
    rows = rows[asked.skip : None if asked.top is None else asked.skip + asked.top]
    if asked.select:
        body = envelope(tokens({column: everything.columns[column][rows] for column in names}), f"{name}({','.join(names)})")
    else:
        body = envelope(everything.spelled(rows), name)
    return Answer(body, JSON)
