"""Fiscal Data of the US Treasury: debt to the penny and the operating cash balance of the Daily Treasury Statement, as JSON pages.

- Every value is text, null is the word "null". `links.next` is a piece of a query string, not an address; counts are in `meta`.
- Debt to the penny gives a key a field, in dollars. The cash balance gives `TGA|opening`, `TGA|deposits`, `TGA|withdrawals` and
  `TGA|closing`, in millions of dollars, whatever the account has been called:

| from | label | closing balance in |
| --- | --- | --- |
| 2005-10-03 | Federal Reserve Account | close_today_bal |
| 2021-10-01 | Treasury General Account (TGA) | close_today_bal |
| 2022-04-18 | … (TGA) Closing Balance, the opening in a row of its own | open_today_bal, close_today_bal is "null" |

A statement in which no label has a closing balance is refused: the label has changed again.
Published by 16:00 (cash) and 15:00 (debt) in New York on the next business day; a statement may be corrected.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from models_py.kernel.errors import PayloadError, SourceDown, SourceRefused
from pipelines.connectors import Payload, Request
from pipelines.connectors._answers import fields, read_json
from pipelines.connectors._numbers import iso_day, number

FISCAL_URL = "https://api.fiscaldata.treasury.gov"
PAGE = 10_000
DEBT, CASH = "debt to the penny", "operating cash balance"

_ROOT = "/services/api/fiscal_service"
# Data set → path, fields, and the keys that it gives.
_SETS: Mapping[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    DEBT: (
        f"{_ROOT}/v2/accounting/od/debt_to_penny",
        ("debt_held_public_amt", "intragov_hold_amt", "tot_pub_debt_out_amt"),
        ("debt_held_public_amt", "intragov_hold_amt", "tot_pub_debt_out_amt"),
    ),
    CASH: (
        f"{_ROOT}/v1/accounting/dts/operating_cash_balance",
        ("account_type", "open_today_bal", "close_today_bal"),
        ("TGA|opening", "TGA|deposits", "TGA|withdrawals", "TGA|closing"),
    ),
}
SET_OF: Mapping[str, str] = {key: name for name, (_, _, keys) in _SETS.items() for key in keys}

# Label → the key of its closing and of its opening column; a closing balance may stand in either.
_ACCOUNTS: Mapping[str, tuple[str | None, str | None]] = {
    "Federal Reserve Account": ("TGA|closing", "TGA|opening"),
    "Treasury General Account (TGA)": ("TGA|closing", "TGA|opening"),
    "Treasury General Account (TGA) Opening Balance": (None, "TGA|opening"),
    "Total TGA Deposits (Table II)": (None, "TGA|deposits"),
    "Total TGA Withdrawals (Table II) (-)": (None, "TGA|withdrawals"),
}
_CLOSING = "Treasury General Account (TGA) Closing Balance"
_ENVELOPE = frozenset(("data", "meta", "links"))
_PAGE_NUMBER = re.compile(r"page\[number\]=(\d+)")


def request(source: str, name: str, first: date, last: date, base_url: str, window: str) -> Request:
    """The first page of a data set and window."""
    path, columns, _ = _SETS[name]
    query = (
        f"fields=record_date,{','.join(columns)}&filter=record_date:gte:{first},record_date:lte:{last}"
        f"&sort=record_date&page[number]=1&page[size]={PAGE}"
    )
    return Request(source, f"{name} {window}", f"{base_url}{path}?{query}")


def next_page(asked: Request, payload: Payload) -> list[Request]:
    """The page after this one, where `meta` counts more pages."""
    meta = page(payload)["meta"]
    place = _PAGE_NUMBER.search(asked.url)
    at = int(place[1]) if place else 1
    if at >= meta["total-pages"]:
        return []
    stem, window = re.sub(r" page \d+", "", asked.key).rsplit(" ", 1)
    return [replace(asked, key=f"{stem} page {at + 1} {window}", url=_PAGE_NUMBER.sub(f"page[number]={at + 1}", asked.url))]


def page(payload: Payload) -> dict[str, Any]:
    """A page whose rows are as many as it counts.

    Raises:
        SourceRefused: the API's own error.
        SourceDown: fewer rows than counted.
        PayloadError: no page.
    """
    answer = read_json(payload)
    if isinstance(answer, dict) and "error" in answer:
        raise SourceRefused(payload.source, payload.key, f"{answer['error']}: {answer.get('message')}")
    found = fields(payload, answer, _ENVELOPE)
    data, meta = found["data"], found["meta"]
    counts = [meta.get(name) for name in ("count", "total-pages")] if isinstance(meta, dict) else [None]
    if not isinstance(data, list) or not all(isinstance(count, int) for count in counts):
        raise PayloadError(payload.source, payload.key, f"no page of rows: {str(answer)[:120]}")
    if meta["count"] != len(data):
        raise SourceDown(payload.source, payload.key, f"partial page: {len(data)} rows of {meta['count']}")
    return found


def rows(payload: Payload) -> Iterator[tuple[str, date, float | None]]:
    """Key, date and value of each figure, in the order of the page.

    Raises:
        ValueError: a row without its date, a value that is not text, or a statement without closing balance.
    """
    closed: dict[date, bool] = {}
    for row in page(payload)["data"]:
        if not isinstance(row, dict) or not all(isinstance(text, str) for text in row.values()) or "record_date" not in row:
            raise ValueError(f"a row without record_date, or with a value that is not text: {row!r:.120}")
        day = iso_day(row["record_date"])
        if "account_type" not in row:
            yield from ((name, day, _value(text)) for name, text in row.items() if name != "record_date")
            continue
        for key, value in _balances(row):
            yield key, day, value
            closed[day] = closed.get(day, False) or (key == "TGA|closing" and value is not None)
        closed.setdefault(day, False)
    if lost := [day for day, found in closed.items() if not found]:
        raise ValueError(f"no closing balance of the Treasury's account on {lost[0]}: its label has changed")


def _balances(row: Mapping[str, str]) -> Iterator[tuple[str, float | None]]:
    opening, closing = _value(row["open_today_bal"]), _value(row["close_today_bal"])
    if row["account_type"] == _CLOSING:
        yield "TGA|closing", opening if closing is None else closing
        return
    for key, value in zip(_ACCOUNTS.get(row["account_type"], (None, None)), (closing, opening), strict=True):
        if key is not None:
            yield key, value


def _value(text: str) -> float | None:
    return None if text == "null" else number(text)
