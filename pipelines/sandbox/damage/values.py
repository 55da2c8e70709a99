"""Kinds 17-19, 25, 26, 29, 30, 32-34, 38, 39: numbers that are wrong, old or absent."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from math import log

from pipelines.sandbox.damage import Hit, duration, kind
from pipelines.sandbox.damage._choice import WHICH, chosen, symbol
from pipelines.sandbox.damage.shapes import Rows, edited
from pipelines.sandbox.wire import Answer, pick

_SETTLED = re.compile(rb"<(AdjstdQt(?:Tax)?) Ccy=\"BRL\">([^<]+)<")


def change(hit: Hit, by: Callable[[Decimal], Decimal]) -> Answer:
    """The answer with the numbers of the chosen rows changed."""
    def edit(rows: Rows) -> Rows:
        return rows.having([rows.revalued(row, by) if hits else row for row, hits in zip(rows.rows, chosen(rows, hit), strict=True)])

    return edited(hit.answer(), edit)


def _factor(hit: Hit, default: str) -> Decimal:
    return Decimal(str(hit.option("factor", default)))


@kind(17, "unit_change", "factor")
def unit_change(hit: Hit) -> Answer:
    """The whole series in another unit (percent to decimal)."""
    factor = _factor(hit, "0.01")
    return edited(hit.answer(), lambda rows: rows.having([rows.revalued(row, lambda value: value * factor) for row in rows.rows]))


@kind(18, "scale_error", "factor", *WHICH)
def scale_error(hit: Hit) -> Answer:
    """Values ×100 or /1000."""
    factor = _factor(hit, "100")
    return change(hit, lambda value: value * factor)


@kind(19, "sign_flip", *WHICH)
def sign_flip(hit: Hit) -> Answer:
    """Values with the opposite sign."""
    return change(hit, lambda value: -value)


@kind(25, "missing_day", "day")
def missing_day(hit: Hit) -> Answer:
    """One date is left out: the newest, or `day`."""
    def drop(rows: Rows) -> Rows:
        gone = str(hit.option("day", rows.newest))
        return rows.having([row for row in rows.rows if str(rows.day(row)) != gone])

    return edited(hit.answer(), drop)


@kind(26, "gap_range", "days", "first", "last")
def gap_range(hit: Hit) -> Answer:
    """A run of dates is left out: `first` to `last`, or the `days` before the newest."""
    def drop(rows: Rows) -> Rows:
        until = rows.newest - timedelta(days=1)
        first = str(hit.option("first", until - timedelta(days=int(hit.option("days", 30)))))
        last = str(hit.option("last", until))
        return rows.having([row for row in rows.rows if not first <= str(rows.day(row)) <= last])

    return edited(hit.answer(), drop)


@kind(29, "corrected_print", "factor", "delay")
def corrected_print(hit: Hit) -> Answer:
    """The newest value is wrong until it is corrected, `delay` after its release."""
    factor = _factor(hit, "1.05")
    return change(hit, lambda value: value * factor)


@kind(30, "silent_rewrite_of_history", "older_than", "factor")
def silent_rewrite_of_history(hit: Hit) -> Answer:
    """Old values differ from what was served before, without notice."""
    factor, age = _factor(hit, "1.01"), timedelta(seconds=duration(hit.option("older_than", "365d")))

    def edit(rows: Rows) -> Rows:
        edge = rows.newest - age
        return rows.having([rows.revalued(row, lambda value: value * factor) if rows.day(row) < edge else row for row in rows.rows])

    return edited(hit.answer(), edit)


@kind(32, "stale_quote", "symbol")
def stale_quote(hit: Hit) -> Answer:
    """The newest value repeats the one before."""
    def edit(rows: Rows) -> Rows:
        if rows.rows and symbol(rows.rows[0]):
            glob = str(hit.option("symbol", "*"))
            return rows.having([_previous(row) if fnmatchcase(symbol(row), glob) else row for row in rows.rows])
        dates = sorted({rows.day(row) for row in rows.rows})
        before = [row for row in rows.rows if len(dates) > 1 and rows.day(row) == dates[-2]]
        fresh = [row for row in rows.rows if rows.day(row) == dates[-1]]
        stale = {row: rows.dated(old, dates[-1]) for row, old in zip(fresh, before, strict=False)}
        return rows.having([stale.get(row, row) for row in rows.rows])

    return edited(hit.answer(), edit)


def _previous(row: bytes) -> bytes:
    """A settlement message with yesterday's figures as today's."""
    for tag in (b"AdjstdQt", b"AdjstdQtTax"):
        old = re.search(rb"<Prvs" + tag + rb' Ccy="BRL">([^<]+)<', row)
        if old is not None:
            row = re.sub(rb"(<" + tag + rb' Ccy="BRL">)[^<]+', rb"\g<1>" + old[1], row)
    return row


@kind(33, "outlier", "size", *WHICH)
def outlier(hit: Hit) -> Answer:
    """Values that jump by `size`, up or down."""
    size = Decimal(str(hit.option("size", "0.35"))) * (1 if hit.draw("side") < 0.5 else -1)
    return change(hit, lambda value: value * (1 + size))


@kind(34, "null_burst", "count")
def null_burst(hit: Hit) -> Answer:
    """The newest dates come blank, in the source's own spelling of a missing value."""
    def edit(rows: Rows) -> Rows:
        gone = set(sorted({rows.day(row) for row in rows.rows})[-int(hit.option("count", 5)) :])
        return rows.having([_blanked(row, rows) if rows.day(row) in gone else row for row in rows.rows])

    return edited(hit.answer(), edit)


def _blanked(row: bytes, rows: Rows) -> bytes:
    if b"<TckrSymb>" in row:
        return re.sub(rb"\s*<AdjstdQt(?:Tax)? [^\n]*", b"", row)
    if b"Edm.Double" in row:
        return re.sub(rb'"Edm\.Double">[^<]*</d:\w+>', b'"Edm.Double" m:null="true" />', row)
    return rows.shape.value.sub(lambda found: found[0].replace(found[1], rows.shape.blank, 1), row)


@kind(38, "identity_break", "factor", "symbol")
def identity_break(hit: Hit) -> Answer:
    """One leg of an identity is changed and the others are not: one number, of one contract or the newest row."""
    factor = _factor(hit, "1.02")

    def edit(rows: Rows) -> Rows:
        return _one(rows, hit, lambda row: rows.revalued(row, lambda value: value * factor, count=1))

    return edited(hit.answer(), edit)


def _one(rows: Rows, hit: Hit, by: Callable[[bytes], bytes]) -> Rows:
    """One row changed: a settled contract, or one of the newest date."""
    glob = str(hit.option("symbol", "DOL*" if symbol(rows.rows[0]) else "*"))
    newest = rows.newest
    places = [
        place for place, row in enumerate(rows.rows)
        if rows.day(row) == newest and rows.shape.value.search(row) and fnmatchcase(symbol(row), glob)
    ]
    if not places:
        return rows
    place = places[pick(hit.seed, "fault.leg", len(places), hit.index, hit.call.identity)]
    return rows.having([*rows.rows[:place], by(rows.rows[place]), *rows.rows[place + 1 :]])


@kind(39, "curve_arbitrage", "symbol")
def curve_arbitrage(hit: Hit) -> Answer:
    """A discount factor above that of a shorter maturity: a price and its rate, consistent with each other and with nothing else."""
    def edit(rows: Rows) -> Rows:
        if symbol(rows.rows[0]):
            glob = str(hit.option("symbol", "DI1F*"))
            return rows.having([_above_par(row) if fnmatchcase(symbol(row), glob) else row for row in rows.rows])
        return _one(rows, hit, lambda row: rows.revalued(row, lambda value: -5 - value))

    return edited(hit.answer(), edit)


def _above_par(row: bytes) -> bytes:
    """A PU of 101,000 at the negative rate that gives it."""
    figures = {tag: float(value) for tag, value in _SETTLED.findall(row)}
    price, rate = figures.get(b"AdjstdQt"), figures.get(b"AdjstdQtTax")
    if price is None or rate is None or rate == 0:
        return row
    years = log(100_000 / price) / log(1 + rate / 100)
    wrong = {b"AdjstdQt": b"101000", b"AdjstdQtTax": f"{100 * ((100_000 / 101_000) ** (1 / years) - 1):.3f}".encode()}
    return _SETTLED.sub(lambda found: found[0].replace(found[2], wrong[found[1]], 1), row)
