"""Fiscal Data (`api.fiscaldata.treasury.gov`): debt to the penny and the operating cash balance, JSON pages of text.

Pages have 100 rows unless `page[size]` says otherwise, 10,000 at most; `links.next` is a piece of a query string. Null is the word
"null". A parameter or field that is none is 400. The Treasury's account has the label, and its closing balance the column, that it
had on the date of the statement.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import numpy as np
import orjson

from pipelines.sandbox.view import View
from pipelines.sandbox.wire import Answer, Call

SOURCE = "us_treasury"
_ROOT = "/services/api/fiscal_service"
ROUTES = (
    f"{_ROOT}/v2/accounting/od/debt_to_penny?fields&filter&sort&page[number]&page[size]",
    f"{_ROOT}/v1/accounting/dts/operating_cash_balance?fields&filter&sort&page[number]&page[size]",
)
DEFAULT_SIZE, MOST = 100, 10_000
_RENAMED, _SPLIT = "2021-10-01", "2022-04-18"
_CLOSING, _OPENING = "Treasury General Account (TGA) Closing Balance", "Treasury General Account (TGA) Opening Balance"
_DEPOSITS, _WITHDRAWALS = "Total TGA Deposits (Table II)", "Total TGA Withdrawals (Table II) (-)"
_PARAMETERS = frozenset(("fields", "filter", "sort", "page[number]", "page[size]", "format"))
_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda x, y: x == y, "lt": lambda x, y: x < y, "lte": lambda x, y: x <= y, "gt": lambda x, y: x > y, "gte": lambda x, y: x >= y,
    "in": lambda x, y: x in y.strip("()").split(","),
}
_FORMATS = {"DATE": "YYYY-MM-DD", "CURRENCY": "$10.20", "CURRENCY0": "$10", "STRING": "String"}

Row = dict[str, str]


@dataclass(frozen=True)
class DataSet:
    """A data set: keys of the world, rows from their values by date, and what `meta` says of each field (label, type)."""

    keys: tuple[str, ...]
    rows: Callable[[str, Mapping[str, float]], list[Row]]
    columns: Mapping[str, tuple[str, str]]


def _debt(day: str, values: Mapping[str, float]) -> list[Row]:
    return [{"record_date": day, **{name: f"{values[name]:.2f}" for name in _DEBT.keys}}]


def _cash(day: str, values: Mapping[str, float]) -> list[Row]:
    def row(label: str, opening: float, closing: float | None = None) -> Row:
        return {"record_date": day, "account_type": label, "close_today_bal": "null" if closing is None else f"{closing:.0f}",
                "open_today_bal": f"{opening:.0f}"}

    opening, deposits, withdrawals, closing = (values[name] for name in _CASH.keys)
    if day < _SPLIT:
        label = "Federal Reserve Account" if day < _RENAMED else "Treasury General Account (TGA)"
        others = row("Short-Term Cash Investments (Table V)", 0, 0), row("Total Operating Balance", opening, closing)
        return [row(label, opening, closing), *others]
    return [row(_OPENING, opening), row(_DEPOSITS, deposits), row(_WITHDRAWALS, withdrawals), row(_CLOSING, closing)]


_DATE = {"record_date": ("Record Date", "DATE")}
_DEBT = DataSet(("debt_held_public_amt", "intragov_hold_amt", "tot_pub_debt_out_amt"), _debt, {
    **_DATE, "debt_held_public_amt": ("Debt Held by the Public", "CURRENCY"),
    "intragov_hold_amt": ("Intragovernmental Holdings", "CURRENCY"),
    "tot_pub_debt_out_amt": ("Total Public Debt Outstanding", "CURRENCY"),
})
_CASH = DataSet(("TGA|opening", "TGA|deposits", "TGA|withdrawals", "TGA|closing"), _cash, {
    **_DATE, "account_type": ("Type of Account", "STRING"), "close_today_bal": ("Closing Balance Today", "CURRENCY0"),
    "open_today_bal": ("Opening Balance Today", "CURRENCY0"),
})
_SETS: Mapping[str, DataSet] = {"debt_to_penny": _DEBT, "operating_cash_balance": _CASH}
_PATH = re.compile(rf"{_ROOT}/(?:v2/accounting/od/(debt_to_penny)|v1/accounting/dts/(operating_cash_balance))/?")


class _Refused(ValueError):
    """A parameter that the API does not take: its name and value."""


def key(call: Call) -> str:
    """The data set asked for; empty for another path."""
    found = _PATH.fullmatch(call.route)
    return (found[1] or found[2]) if found else ""


def answer(call: Call, view: View) -> Answer:
    of = _SETS[key(call)]
    try:
        rows = _chosen(call.params, of, _rows(view, key(call), of))
        number, size = _page(call.params)
    except _Refused as error:
        name, value = error.args
        text = f"Invalid query parameter '{name}' with value '[{value}]'. For more information please see the documentation."
        return _say({"error": "Invalid Query Param", "message": text}, 400)
    pages = max(-(-len(rows) // size), 1)
    fields = [name.strip() for name in call.params.get("fields", "").split(",") if name.strip()] or list(of.columns)
    shown = [{name: row[name] for name in fields} for row in rows[(number - 1) * size : number * size]]
    described = [(name, *of.columns[name]) for name in fields]
    return _say({
        "data": shown,
        "meta": {
            "count": len(shown), "labels": {name: label for name, label, _ in described},
            "dataTypes": {name: kind for name, _, kind in described}, "dataFormats": {name: _FORMATS[kind] for name, _, kind in described},
            "total-count": len(rows), "total-pages": pages,
        },
        "links": {
            "self": _link(number, size), "first": _link(1, size), "prev": _link(number - 1, size) if number > 1 else None,
            "next": _link(number + 1, size) if number < pages else None, "last": _link(pages, size),
        },
    })


def _rows(view: View, name: str, of: DataSet) -> list[Row]:
    """Rows that are out, oldest first."""
    state = tuple(view.count(SOURCE, key) for key in of.keys if view.has(SOURCE, key))

    def compute() -> list[Row]:
        found: dict[str, dict[str, float]] = {}
        for one in of.keys:
            prints = view.latest(SOURCE, one)
            for day, value in zip(np.datetime_as_string(prints.source_date, unit="D").tolist(), prints.value.tolist(), strict=True):
                found.setdefault(day, {})[one] = value
        return [row for day in sorted(found) for row in of.rows(day, found[day])]

    return view.memory.get(("fiscal", name, state), compute) if len(state) == len(of.keys) else []


def _chosen(params: Mapping[str, str], of: DataSet, rows: Sequence[Row]) -> list[Row]:
    if unknown := next((name for name in params if name not in _PARAMETERS), None):
        raise _Refused(unknown, params[unknown])
    if wrong := next((name for name in params.get("fields", "").split(",") if name.strip() and name.strip() not in of.columns), None):
        raise _Refused("fields", wrong)
    kept = list(rows)
    # values of a filter may hold commas inside parentheses
    for condition in re.findall(r"(?:[^,(]|\([^)]*\))+", params.get("filter", "")):
        name, _, rest = condition.partition(":")
        test, _, value = rest.partition(":")
        if name not in of.columns or test not in _TESTS:
            raise _Refused("filter", condition)
        kept = [row for row in kept if _TESTS[test](row[name], value)]
    for name in reversed([part for part in params.get("sort", "").split(",") if part]):
        if name.lstrip("-") not in of.columns:
            raise _Refused("sort", name)
        kept.sort(key=lambda row, name=name: row[name.lstrip("-")], reverse=name.startswith("-"))      # type: ignore[misc]
    return kept


def _page(params: Mapping[str, str]) -> tuple[int, int]:
    number, size = params.get("page[number]", "1"), params.get("page[size]", str(DEFAULT_SIZE))
    if not number.isdigit() or int(number) < 1:
        raise _Refused("page[number]", number)
    if not size.isdigit() or not 1 <= int(size) <= MOST:
        raise _Refused("page[size]", size)
    return int(number), int(size)


def _link(number: int, size: int) -> str:
    return f"&{quote('page[number]')}={number}&{quote('page[size]')}={size}"


def _say(value: object, status: int = 200) -> Answer:
    return Answer(orjson.dumps(value), "application/json", status)
