"""The book as Home shows it: money, who made it, limits, positions, orders at work. Read from the journal's fold."""

from datetime import date
from typing import Any

import polars as pl

from app.dashboard.numbers import number
from models_py.execution.meaning import of_contract
from models_py.ledger import pnl
from models_py.ledger.book import Book

MILLION = 1e6
Figure = tuple[str, str, str | None, str]

LIMITS = {"id": pl.String, "title": pl.String, "value": pl.Float64, "hard": pl.Float64, "used": pl.Float64, "status": pl.String}
HELD = {
    "contract": pl.String, "contracts": pl.Int64, "price": pl.Float64, "value_brl": pl.Float64, "dv01_brl": pl.Float64,
    "marked": pl.Date, "grade": pl.String,
}  # fmt: skip


def money(book: Book) -> list[Figure]:
    """NAV, P&L of day, month and year, orders waiting: label, value, change, note."""
    base = book.nav or 1.0
    figures: list[Figure] = [("NAV, BRL mn", number(book.nav / MILLION, ",.2f"), None, f"after session {book.session}")]
    for name, result in (("Day", pnl.day(book)), ("Month", pnl.month_to_date(book)), ("Year", pnl.year_to_date(book))):
        parts = [("variation", result.variation), ("cost", -result.cost), ("interest", result.interest)]
        told = ", ".join(f"{what} {number(value, '+,.0f')}" for what, value in parts) + " BRL"
        figures.append((f"{name} P&L, BRL", number(result.total, "+,.0f"), number(result.total / base, "+.2%", "of NAV"), told))
    figures.append(("Orders waiting", str(len(book.working)), None, "sent, to be filled at their session's settlement"))
    return figures


def attribution(book: Book) -> tuple[pl.DataFrame, float, float]:
    """P&L by strategy since the first of January, after costs, BRL, with interest on capital as the last line; sums of both."""
    if book.session is None:
        return pl.DataFrame(schema={"strategy": pl.String, "pnl": pl.Float64}), 0.0, 0.0
    made = pnl.by_strategy(book, book.session.replace(month=1, day=1))
    interest = pnl.year_to_date(book).interest
    parts = dict(sorted(made.items(), key=lambda part: -part[1])) | {"interest on capital": interest}
    frame = pl.DataFrame({"strategy": list(parts), "pnl": list(parts.values())}, {"strategy": pl.String, "pnl": pl.Float64})
    return frame, sum(made.values()), interest


def limits(book: Book) -> pl.DataFrame | None:
    """Use of each limit, as journalled."""
    if not book.risk:
        return None
    return pl.DataFrame([{name: reading[name] for name in LIMITS} for reading in book.risk["limits"]], LIMITS)


def limits_line(read: pl.DataFrame) -> str:
    """Value and hard limit of each, in percent of NAV."""
    told = (f"{row['title']} {number(row['value'], '.2%')} of {number(row['hard'], '.2%')}" for row in read.iter_rows(named=True))
    return f"Of NAV: {'; '.join(told)}."


def risk_line(book: Book) -> str:
    """VaR families, ES and stress in one line, with the session they are of; the last ones measured."""
    if book.measured is None:
        return "Value at risk and stress have never been measured."
    risk = book.measured["risk"]
    families = ", ".join(f"{name.replace('_', ' ')} {result['var'] / MILLION:.2f}" for name, result in risk["var"].items())
    stress = ", ".join(f"{name} {number(value / MILLION, '+.2f')}" for name, value in risk["stress"].items())
    es = risk["var"][risk["headline"]]["es"] / MILLION
    when = f"After session {book.measured['session']}: "
    return f"{when}VaR 99 % 1 day, BRL mn: {families}; ES 97.5 % {es:.2f}. Stress, BRL mn: {stress}."


def positions(book: Book) -> pl.DataFrame:
    """What is held, at its last mark; DV01 is what a long contract gains when its rate falls by a basis point."""
    rows = []
    for contract, quantity in sorted(book.positions.items()):
        mark = book.marks[contract]
        dv01 = quantity * mark.dv01 if mark.dv01 else None
        rows.append((contract, quantity, mark.price, quantity * mark.value, dv01, mark.session, mark.grade))
    return pl.DataFrame(rows, HELD, orient="row")


def positions_shown(held: pl.DataFrame, session: date | None) -> pl.DataFrame:
    """The same for people; a mark older than the book's session says its date."""
    rows = [
        {
            "contract": row["contract"].upper(),
            "we are": of_contract(row["contract"], row["contracts"]),
            "contracts": number(row["contracts"], "+,d"),
            "price": number(row["price"], ",.4f" if row["price"] < 1000 else ",.2f"),
            "value, BRL mn": number(row["value_brl"] / MILLION, "+,.2f"),
            "for +1 bp, BRL": number(None if row["dv01_brl"] is None else -row["dv01_brl"], "+,.0f"),
            "grade": row["grade"] + ("" if row["marked"] == session else f" of {row['marked']}"),
        }
        for row in held.iter_rows(named=True)
    ]
    return pl.DataFrame(rows)


def working(book: Book) -> pl.DataFrame:
    """Orders waiting for their session."""
    rows: list[dict[str, Any]] = [
        {
            "contract": order["contract"].upper(),
            "on screen": order["side"],
            "contracts": number(order["quantity"], "+,d"),
            "to be": of_contract(order["contract"], order["quantity"]),
            "for": ", ".join(order["allocation"]),
            "purpose": order["purpose"],
        }
        for order in book.working.values()
    ]
    return pl.DataFrame(rows)
