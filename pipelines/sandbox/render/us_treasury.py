"""US Treasury: daily par yields, real yields and bill rates, in the bytes of `home.treasury.gov`, and Fiscal Data (`_fiscal_data`).

CSV has the newest day first and no newline at its end; its columns are those of the year asked for, blank before a tenor began.
XML has the oldest day first, 300 entries a page, every tenor of the entry's year, `m:null` for a missing one, and the 30-year
yield twice. Bill rates have no XML here. A request without User-Agent is refused with 403.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.render import _fiscal_data as fiscal
from pipelines.sandbox.render._treasury_tables import KINDS, Kind
from pipelines.sandbox.view import View
from pipelines.sandbox.wire import Answer, Call, not_found, page

SOURCE = "us_treasury"
_BASE = "/resource-center/data-chart-center/interest-rates"
_NAMES = "|".join(KINDS)
ROUTES = (
    f"{_BASE}/daily-treasury-rates.csv/{{yyyy}}/all?type={_NAMES}&field_tdr_date_value={{yyyy}}&page&_format=csv",
    f"{_BASE}/daily-treasury-rates.csv/all/{{yyyymm}}?type={_NAMES}&field_tdr_date_value_month={{yyyymm}}&page&_format=csv",
    f"{_BASE}/pages/xml?data={_NAMES}&field_tdr_date_value={{yyyy}}|field_tdr_date_value_month={{yyyymm}}&page={{n}}",
    *fiscal.ROUTES,
)


PAGE_ENTRIES = 300

_CSV = re.compile(rf"{_BASE}/daily-treasury-rates\.csv/(\d{{4}}|all)/(\d{{6}}|all)/?")
_FEED = f"""<?xml version="1.0" encoding="utf-8" standalone="yes" ?>
<feed xml:base="https://home.treasury.gov{_BASE}/pages/xml" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" \
xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" xmlns="http://www.w3.org/2005/Atom">\x20
<title type="text">%(feed)sData</title>
<id>https://home.treasury.gov{_BASE}/pages/xml-item?data=%(kind)s</id>
  <updated>%(updated)s</updated>
  <link rel="self" title="%(feed)sData" href="%(feed)sData"/>
"""
_ENTRY = f"""<entry>
<id>https://home.treasury.gov{_BASE}/pages/xml-item?data=%(kind)s&amp;id=%(id)d</id>
<title type="text"></title>
<updated>%(updated)s</updated>
<author><name /></author>
<link rel="edit" title="%(feed)sDatum" href="{_BASE}/pages/xml-item?data=%(kind)s&amp;id=%(id)d" />
<category term="TreasuryDataWarehouseModel.%(feed)sDatum" \
scheme="http://schemas.microsoft.com/ado/2007/08/dataservices/scheme" />
<content type="application/xml">
<m:properties>
<d:Id m:type="Edm.Int32">%(id)d</d:Id>
<d:NEW_DATE m:type="Edm.DateTime">%(day)sT00:00:00</d:NEW_DATE>
%(properties)s</m:properties>
</content>
</entry>
"""


@dataclass(frozen=True)
class Curve:
    """Days by tenor, NaN where a yield is missing, and when each day was last written; oldest first."""

    days: NDArray[np.datetime64]
    yields: NDArray[np.float64]
    updated_at: NDArray[np.datetime64]

    def take(self, rows: NDArray[np.bool_] | slice) -> "Curve":
        return Curve(self.days[rows], self.yields[rows], self.updated_at[rows])


def key(call: Call) -> str:
    """The data set asked for."""
    return fiscal.key(call) or call.params.get("type") or call.params.get("data", "")


def answer(call: Call, view: View) -> Answer:
    if not call.headers.get("user-agent", "").strip():
        return page("Access Denied", "Access Denied", "You don't have permission to access this server.", 403)
    if fiscal.key(call):
        return fiscal.answer(call, view)
    name = key(call)
    if name not in KINDS:
        return not_found(call, ROUTES)
    csv = _CSV.fullmatch(call.route)
    asked = call.params.get("field_tdr_date_value_month", call.params.get("field_tdr_date_value", "all"))
    if csv is not None:
        asked = call.params.get("field_tdr_date_value_month") or (csv[2] if csv[2] != "all" else csv[1])
    elif call.route.rstrip("/") != f"{_BASE}/pages/xml" or not KINDS[name].feed:
        return not_found(call, ROUTES)
    if not re.fullmatch(r"all|\d{4}|\d{4}(?:0[1-9]|1[0-2])", asked):
        return not_found(call, ROUTES)
    number = call.params.get("page", "")
    place = int(number) if number.isdigit() else 0

    def spell() -> bytes:
        curve = _part(curve_at(view, name), asked)
        return spell_csv(KINDS[name], curve, asked) if csv is not None else spell_xml(name, curve, place)

    body = view.files.get(("treasury", name, csv is not None, asked, place, _state(view, name)), spell)
    return Answer(body, "text/csv" if csv is not None else "text/xml; charset=UTF-8")


def _state(view: View, name: str) -> tuple[int, ...]:
    """How many prints of each tenor are out."""
    return tuple(view.count(SOURCE, key) for key in world_tenors(name, view.keys(SOURCE)))


def curve_at(view: View, name: str) -> Curve:
    """The curve of every day that is out, each at its newest print."""
    kind = KINDS[name]

    def compute() -> Curve:
        columns = {tenor: view.latest(SOURCE, key) for key, tenor in world_tenors(name, view.keys(SOURCE)).items()}
        dates = [prints.source_date for prints in columns.values()]
        days = np.unique(np.concatenate(dates)) if dates else np.zeros(0, "datetime64[D]")
        yields = np.full((days.size, len(kind.tenors)), np.nan)
        updated = np.full(days.shape, np.datetime64("1990-01-02", "us"))
        for place, prints in columns.items():
            rows = np.searchsorted(days, prints.source_date)
            yields[rows, place] = prints.value
            updated[rows] = np.maximum(updated[rows], prints.published_at)
        return Curve(days, yields, updated)

    return view.memory.get(("treasury", name, _state(view, name)), compute)


def world_tenors(name: str, keys: Sequence[str]) -> Mapping[str, int]:
    """Place of each world key among the tenors of a data set."""
    return {key: place for key in keys if (place := KINDS[name].place(key)) is not None}


def _part(curve: Curve, asked: str) -> Curve:
    """The days of a year or month."""
    if asked == "all":
        return curve
    start = np.datetime64(asked if len(asked) == 4 else f"{asked[:4]}-{asked[4:]}")
    return curve.take((curve.days >= start.astype("datetime64[D]")) & (curve.days < (start + 1).astype("datetime64[D]")))


def spell_csv(kind: Kind, curve: Curve, asked: str) -> bytes:
    """Header and rows, newest first."""
    year = 9999 if asked == "all" else int(asked[:4])
    shown = [place for place, tenor in enumerate(kind.tenors) if tenor.since <= year]
    if asked == "all":
        shown = [place for place in shown if not np.isnan(curve.yields[:, place]).all()]
    lines = ["Date," + ",".join(f'"{kind.tenors[place].column}"' for place in shown)]
    rows = zip(np.datetime_as_string(curve.days, unit="D")[::-1].tolist(), curve.yields[::-1, shown].tolist(), strict=True)
    lines += [f"{day[5:7]}/{day[8:]}/{day[:4]}," + ",".join("" if x != x else f"{x:.2f}" for x in values) for day, values in rows]
    return "\n".join(lines).encode()


def spell_xml(name: str, curve: Curve, place: int) -> bytes:
    """One page of entries, oldest first. An entry's number counts weekdays since 1990."""
    shown = curve.take(slice(place * PAGE_ENTRIES, (place + 1) * PAGE_ENTRIES))
    numbers = np.busday_count("1990-01-01", shown.days).tolist()
    days = np.datetime_as_string(shown.days, unit="D").tolist()
    updated = np.datetime_as_string(shown.updated_at, unit="s").tolist()
    kind = KINDS[name]
    entries = [
        _ENTRY % {"kind": name, "feed": kind.feed, "id": number, "updated": f"{at}Z", "day": day,
                  "properties": _properties(kind, int(day[:4]), values)}
        for number, at, day, values in zip(numbers, updated, days, shown.yields.tolist(), strict=True)
    ]
    newest = f"{max(updated, default='1990-01-02T00:00:00')}Z"
    return (_FEED % {"kind": name, "feed": kind.feed, "updated": newest} + "".join(entries) + "</feed>").encode()


def _properties(kind: Kind, year: int, values: Sequence[float]) -> str:
    named = [(tenor.property, value) for tenor, value in zip(kind.tenors, values, strict=True) if tenor.since <= year]
    named += [(kind.repeated, values[-1])] if kind.repeated else []
    return "".join(
        f'<d:{name} m:type="Edm.Double" m:null="true" />\n' if value != value
        else f'<d:{name} m:type="Edm.Double">{value:.2f}</d:{name}>\n'
        for name, value in named
    )
