"""US Treasury: daily par yield curve, as CSV by year or month and as XML pages, in the bytes of `home.treasury.gov`.

CSV has the newest day first and no newline at its end; its columns are those of the year asked for, blank before a tenor began.
XML has the oldest day first, 300 entries a page, every tenor of the entry's year, `m:null` for a missing one, and the 30-year
yield twice. A request without User-Agent is refused with 403.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.view import View
from pipelines.sandbox.wire import Answer, Call, not_found, page

SOURCE = "us_treasury"
KIND = "daily_treasury_yield_curve"
_BASE = "/resource-center/data-chart-center/interest-rates"
ROUTES = (
    f"{_BASE}/daily-treasury-rates.csv/{{yyyy}}/all?type={KIND}&field_tdr_date_value={{yyyy}}&page&_format=csv",
    f"{_BASE}/daily-treasury-rates.csv/all/{{yyyymm}}?type={KIND}&field_tdr_date_value_month={{yyyymm}}&page&_format=csv",
    f"{_BASE}/pages/xml?data={KIND}&field_tdr_date_value={{yyyy}}|field_tdr_date_value_month={{yyyymm}}&page={{n}}",
)


@dataclass(frozen=True)
class Tenor:
    """A point of the curve: its column, its property, and the year whose files first have it."""

    column: str
    property: str
    since: int


TENORS = (
    Tenor("1 Mo", "BC_1MONTH", 2001), Tenor("1.5 Month", "BC_1_5MONTH", 2025), Tenor("2 Mo", "BC_2MONTH", 2018),
    Tenor("3 Mo", "BC_3MONTH", 1990), Tenor("4 Mo", "BC_4MONTH", 2022), Tenor("6 Mo", "BC_6MONTH", 1990),
    Tenor("1 Yr", "BC_1YEAR", 1990), Tenor("2 Yr", "BC_2YEAR", 1990), Tenor("3 Yr", "BC_3YEAR", 1990),
    Tenor("5 Yr", "BC_5YEAR", 1990), Tenor("7 Yr", "BC_7YEAR", 1990), Tenor("10 Yr", "BC_10YEAR", 1990),
    Tenor("20 Yr", "BC_20YEAR", 1990), Tenor("30 Yr", "BC_30YEAR", 1990),
)
PAGE_ENTRIES = 300

_CSV = re.compile(rf"{_BASE}/daily-treasury-rates\.csv/(\d{{4}}|all)/(\d{{6}}|all)/?")
_ITEM = f"{_BASE}/pages/xml-item?data={KIND}"
_FEED = f"""<?xml version="1.0" encoding="utf-8" standalone="yes" ?>
<feed xml:base="https://home.treasury.gov{_BASE}/pages/xml" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" \
xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" xmlns="http://www.w3.org/2005/Atom">\x20
<title type="text">DailyTreasuryYieldCurveRateData</title>
<id>https://home.treasury.gov{_ITEM}</id>
  <updated>%s</updated>
  <link rel="self" title="DailyTreasuryYieldCurveRateData" href="DailyTreasuryYieldCurveRateData"/>
"""
_ENTRY = f"""<entry>
<id>https://home.treasury.gov{_ITEM}&amp;id=%d</id>
<title type="text"></title>
<updated>%s</updated>
<author><name /></author>
<link rel="edit" title="DailyTreasuryYieldCurveRateDatum" href="{_ITEM}&amp;id=%d" />
<category term="TreasuryDataWarehouseModel.DailyTreasuryYieldCurveRateDatum" \
scheme="http://schemas.microsoft.com/ado/2007/08/dataservices/scheme" />
<content type="application/xml">
<m:properties>
<d:Id m:type="Edm.Int32">%d</d:Id>
<d:NEW_DATE m:type="Edm.DateTime">%sT00:00:00</d:NEW_DATE>
%s</m:properties>
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
    return call.params.get("type") or call.params.get("data", "")


def answer(call: Call, view: View) -> Answer:
    if not call.headers.get("user-agent", "").strip():
        return page("Access Denied", "Access Denied", "You don't have permission to access this server.", 403)
    if key(call) != KIND:
        return not_found(call, ROUTES)
    csv = _CSV.fullmatch(call.route)
    asked = call.params.get("field_tdr_date_value_month", call.params.get("field_tdr_date_value", "all"))
    if csv is not None:
        asked = call.params.get("field_tdr_date_value_month") or (csv[2] if csv[2] != "all" else csv[1])
    elif call.route.rstrip("/") != f"{_BASE}/pages/xml":
        return not_found(call, ROUTES)
    if not re.fullmatch(r"all|\d{4}|\d{4}(?:0[1-9]|1[0-2])", asked):
        return not_found(call, ROUTES)
    number = call.params.get("page", "")
    place = int(number) if number.isdigit() else 0

    def spell() -> bytes:
        curve = _part(curve_at(view), asked)
        return spell_csv(curve, asked) if csv is not None else spell_xml(curve, place)

    body = view.files.get(("treasury", csv is not None, asked, place, view.state(SOURCE)), spell)
    return Answer(body, "text/csv" if csv is not None else "text/xml; charset=UTF-8")


def curve_at(view: View) -> Curve:
    """The curve of every day that is out, each at its newest print."""

    def compute() -> Curve:
        columns = {tenor: view.latest(SOURCE, key) for key, tenor in world_tenors(view.keys(SOURCE)).items()}
        dates = [prints.source_date for prints in columns.values()]
        days = np.unique(np.concatenate(dates)) if dates else np.zeros(0, "datetime64[D]")
        yields = np.full((days.size, len(TENORS)), np.nan)
        updated = np.full(days.shape, np.datetime64("1990-01-02", "us"))
        for place, prints in columns.items():
            rows = np.searchsorted(days, prints.source_date)
            yields[rows, place] = prints.value
            updated[rows] = np.maximum(updated[rows], prints.published_at)
        return Curve(days, yields, updated)

    return view.memory.get(("treasury", view.state(SOURCE)), compute)


def world_tenors(keys: Sequence[str]) -> Mapping[str, int]:
    """Place of each world key among `TENORS`; a key is a tenor's column or its property."""
    places = {name: place for place, tenor in enumerate(TENORS) for name in (tenor.column, tenor.property)}
    return {key: places[key] for key in keys if key in places}


def _part(curve: Curve, asked: str) -> Curve:
    """The days of a year or month."""
    if asked == "all":
        return curve
    start = np.datetime64(asked if len(asked) == 4 else f"{asked[:4]}-{asked[4:]}")
    return curve.take((curve.days >= start.astype("datetime64[D]")) & (curve.days < (start + 1).astype("datetime64[D]")))


def spell_csv(curve: Curve, asked: str) -> bytes:
    """Header and rows, newest first."""
    year = 9999 if asked == "all" else int(asked[:4])
    shown = [place for place, tenor in enumerate(TENORS) if tenor.since <= year]
    if asked == "all":
        shown = [place for place in shown if not np.isnan(curve.yields[:, place]).all()]
    lines = ["Date," + ",".join(f'"{TENORS[place].column}"' for place in shown)]
    rows = zip(np.datetime_as_string(curve.days, unit="D")[::-1].tolist(), curve.yields[::-1, shown].tolist(), strict=True)
    lines += [f"{day[5:7]}/{day[8:]}/{day[:4]}," + ",".join("" if x != x else f"{x:.2f}" for x in values) for day, values in rows]
    return "\n".join(lines).encode()


def spell_xml(curve: Curve, place: int) -> bytes:
    """One page of entries, oldest first. An entry's number counts weekdays since 1990."""
    shown = curve.take(slice(place * PAGE_ENTRIES, (place + 1) * PAGE_ENTRIES))
    numbers = np.busday_count("1990-01-01", shown.days).tolist()
    days = np.datetime_as_string(shown.days, unit="D").tolist()
    updated = np.datetime_as_string(shown.updated_at, unit="s").tolist()
    entries = [
        _ENTRY % (number, f"{at}Z", number, number, day, _properties(int(day[:4]), values))
        for number, at, day, values in zip(numbers, updated, days, shown.yields.tolist(), strict=True)
    ]
    return (_FEED % f"{max(updated, default='1990-01-02T00:00:00')}Z" + "".join(entries) + "</feed>").encode()


def _properties(year: int, values: Sequence[float]) -> str:
    named = [(tenor.property, value) for tenor, value in zip(TENORS, values, strict=True) if tenor.since <= year]
    named.append(("BC_30YEARDISPLAY", values[-1]))
    return "".join(
        f'<d:{name} m:type="Edm.Double" m:null="true" />\n' if value != value
        else f'<d:{name} m:type="Edm.Double">{value:.2f}</d:{name}>\n'
        for name, value in named
    )
