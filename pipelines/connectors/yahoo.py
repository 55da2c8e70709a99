"""Yahoo Finance, chart v8: daily closes, dividends and splits of a symbol. Unofficial, for personal use, never authoritative.

- Keys are `<symbol>|close`, `|dividend`, `|capital_gain` and `|split` (new shares for an old one). `adjclose` is never read: it is
  rewritten at each dividend. Closes and dividends are sent in today's shares; here they are in the shares of their own day, by
  the splits of `<symbol> events`, a chart of quarters that tells every split since the window began.
- A bar's stamp is the opening of the session, so its date is the exchange's local one. The last bar may still be trading: it is
  left out until the session is over, for futures at 23:59 in New York. Null bars are null; a window without session has no
  `timestamp`. A day of a currency begins at midnight in London, in summer an hour before that of UTC, and so do its windows.
- Minute bars give `<symbol>|last`, the day's price as it stood at the end of each minute.
- A client in a hurry gets 429, or the words "Too Many Requests" with another status, for an hour or more: one line, few requests,
  no second try. Plain clients have been refused since 2025 whatever their pace, so a live run may get nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from urllib.parse import quote

from models_py.kernel.errors import ConfigError, PayloadError, RateLimited, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, Observation, Parsed, Payload, Request
from pipelines.connectors._answers import check_data, check_status, glimpse, read_json
from pipelines.connectors._limits import Host
from pipelines.connectors._windows import ended, label, yearly
from pipelines.connectors._yahoo_chart import INTRADAY, Chart, Split, before_splits, read

SOURCE = "yahoo"
LIVE_URL = "https://query1.finance.yahoo.com"
HOST = Host(per_second=0.5, parallel=1, tries=1)

_QUIET_DAYS = 10
_SUMMER = timedelta(hours=1)              # London is ahead of UTC
_FIELDS = ("close", "dividend", "capital_gain", "split")
_HEADERS = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) macro-desk", "Accept": "application/json"}
_BUSY = b"Too Many Requests"
_EVENTS = " events"

Splits = Callable[[str], Sequence[Split]]


def plan(series: Sequence[CatalogueRow], since: date, until: date, endpoint: Endpoint) -> list[Request]:
    """Daily charts of each symbol by window, and its events where it can have any.

    Raises:
        ConfigError: a key that is none of this source.
    """
    symbols: set[str] = set()
    for row in series:
        symbol, _, field = row.source_key.rpartition("|")
        if not symbol or field not in _FIELDS:
            raise ConfigError(f"{row.series_id}: {SOURCE} has no series {row.source_key!r}")
        symbols.add(symbol)
    end = date(until.year, 12, 31)
    requests = []
    for symbol in sorted(symbols):
        if _has_shares(symbol):
            requests.append(_request(f"{symbol}{_EVENTS}", symbol, since, end, "3mo", endpoint))
        for first, last in yearly(since, until):
            requests.append(_request(f"{symbol} {label(first, last)}", symbol, first, last, "1d", endpoint))
    return requests


def settled(request: Request, fetched_at: datetime) -> bool:
    """Whether the chart fetched then can be taken as final."""
    return not request.key.endswith(_EVENTS) and ended(request.key, fetched_at, _QUIET_DAYS)


def context(find: Callable[[str], bytes | None], keys: Sequence[str] = ()) -> Splits:
    """What `parse` needs beside the payload: every split of a symbol, by the latest chart of its events."""

    @cache
    def splits(symbol: str) -> Sequence[Split]:
        body = find(f"{symbol}{_EVENTS}")
        if body is None:
            return ()
        payload = Payload(SOURCE, f"{symbol}{_EVENTS}", "", body, 200, "", datetime.min.replace(tzinfo=UTC), "", "")
        chart = _chart(payload)
        return () if chart is None else tuple(chart.splits())

    return splits


def validate(payload: Payload) -> None:
    """Refuse what is no chart.

    Raises:
        RateLimited: asked to slow down, by status or by words.
        SourceDown: a server error.
        SourceRefused: an unknown symbol, or another refusal in Yahoo's own form.
        PayloadError: not JSON, or not a chart.
    """
    if _BUSY in payload.body[:64]:
        raise RateLimited(payload.source, payload.key, f"status {payload.status}, asked to slow down: {glimpse(payload.body)}")
    check_status(payload)
    check_data(payload, "a chart")
    answer = read_json(payload)
    envelope = next(iter(answer.values()), None) if isinstance(answer, dict) and len(answer) == 1 else None
    if not isinstance(envelope, dict) or not {"result", "error"} <= envelope.keys():
        raise PayloadError(payload.source, payload.key, f"no chart: {glimpse(payload.body)}")
    if error := envelope["error"]:
        said = f"{error.get('code')}: {error.get('description')}" if isinstance(error, dict) else str(error)
        raise SourceRefused(payload.source, payload.key, f"status {payload.status}, {said}")
    if "chart" not in answer:
        raise SourceRefused(payload.source, payload.key, f"{next(iter(answer))} has no result: the symbol is unknown")


def is_empty(payload: Payload) -> bool:
    """Whether a valid chart has no bar and no event."""
    chart = _chart(payload)
    return chart is None or not (chart.result.get("timestamp") or chart.result.get("events"))


def parse(payload: Payload, splits: Splits | None = None) -> Parsed:
    """Closes of a chart's sessions, then its events, in the shares of their day.

    Raises:
        PayloadError: a bar or event that is not of the documented form, or two closes of one date.
    """
    validate(payload)
    chart = _chart(payload)
    if chart is None:
        return Parsed()
    try:
        if chart.granularity in INTRADAY:
            return Parsed(observations=list(_minutes(chart)))
        told = {split.day: split for split in (*(splits(chart.symbol) if splits else ()), *chart.splits())}
        # what was sent before a split is in the shares that it found
        known = [split for day, split in sorted(told.items()) if day <= payload.fetched_at.astimezone(chart.zone).date()]
        return Parsed(observations=[*_closes(chart, known), *_events(chart, known)])
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, ZeroDivisionError) as error:
        raise PayloadError(payload.source, payload.key, f"{type(error).__name__}: {error}") from error


def _chart(payload: Payload) -> Chart | None:
    try:
        return read(read_json(payload))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PayloadError(payload.source, payload.key, f"no chart: {type(error).__name__}: {error}") from error


def _has_shares(symbol: str) -> bool:
    """Indices (^), currencies (=X, .NYB) and futures (=F) neither split nor pay."""
    return not symbol.startswith("^") and "=" not in symbol and not symbol.endswith(".NYB")


def _request(key: str, symbol: str, first: date, last: date, interval: str, endpoint: Endpoint) -> Request:
    early = _SUMMER if symbol.endswith("=X") else timedelta(0)
    opens, closes = (int((datetime.combine(day, time(), UTC) - early).timestamp()) for day in (first, last + timedelta(days=1)))
    query = f"period1={opens}&period2={closes}&interval={interval}&events=div%7Csplit%7CcapitalGains&includeAdjustedClose=true"
    url = f"{endpoint.base_url}/v8/finance/chart/{quote(symbol, safe='=')}?{query}"
    return Request(SOURCE, key, url, headers=_HEADERS)


def _closes(chart: Chart, splits: list[Split]) -> Iterator[Observation]:
    if chart.granularity != "1d":
        return
    values: dict[date, Any] = {}
    for at, close in chart.bars():
        day = at.astimezone(chart.zone).date()
        if values.setdefault(day, close) != close:
            raise ValueError(f"{chart.symbol} closes twice on {day}, at {values[day]} and {close}")
    for day, close in values.items():
        yield Observation(f"{chart.symbol}|close", day, None if close is None else before_splits(close, day, splits))


def _events(chart: Chart, splits: list[Split]) -> Iterator[Observation]:
    for kind, day, amount in chart.payments():
        yield Observation(f"{chart.symbol}|{kind}", day, before_splits(amount, day, splits))
    for split in chart.splits():
        yield Observation(f"{chart.symbol}|split", split.day, split.ratio)


def _minutes(chart: Chart) -> Iterator[Observation]:
    width = timedelta(seconds=INTRADAY[chart.granularity])
    for at, close in chart.bars():
        if close is not None:
            day = at.astimezone(chart.zone).date()
            yield Observation(f"{chart.symbol}|last", day, close, published_at=at + width, availability="published")
