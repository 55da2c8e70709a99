"""Home: can I trust today's data, what changed, what do we think, what do we hold, what could hurt, what should I do?"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # Streamlit runs a page from its own folder

import polars as pl
import streamlit as st

from app.dashboard import charts, home_data
from app.dashboard.frame import Page, finding, open_page
from models_py.ledger.book import Book


def main() -> None:
    page = open_page("Home")
    book = page.book.book if page.book else None
    if book is None:
        st.info("The book is empty at this instant: `macro run` decides and trades.", icon=":material/inventory_2:")
    else:
        _money(book)
        left, right = st.columns(2, gap="large")
        with left:
            _attribution(book)
        with right:
            _risk(book)
    _moves(page)
    left, right = st.columns(2, gap="large")
    with left:
        _views(book)
        _problems(page, book)
    with right:
        if book is not None:
            _positions(book)
    _charts(page)


def _money(book: Book) -> None:
    figures = home_data.money(book)
    for column, (label, value, change, note) in zip(st.columns(len(figures)), figures, strict=True):
        column.metric(label, value, change, help=note, delta_color="normal")


def _attribution(book: Book) -> None:
    frame = home_data.attribution(book)
    total = float(frame["pnl"].sum()) / 1e3
    finding(
        f"Strategies made {total:+,.0f} thousand BRL this year",
        f"P&L by strategy, year to date, after costs, BRL thousand; journal, last session {book.session}",
        "profit-and-loss",
    )
    if len(frame):
        shown = frame.with_columns((pl.col("pnl") / 1e3).alias("thousand"))
        st.altair_chart(charts.bars(shown, category="strategy", value="thousand", title="P&L, BRL thousand"), use_container_width=True)
        _download(frame, "attribution")
    else:
        st.caption("Nothing traded this year.")


def _risk(book: Book) -> None:
    frame = home_data.limits(book)
    if frame is None or book.risk is None:
        finding("Risk has not been measured yet", "limits appear after the first settled session", "risk")
        return
    unknown = frame.filter(pl.col("status") == "unmeasured")
    if len(unknown):
        finding(
            f"Risk cannot be measured: no new risk is taken ({len(unknown)} of {len(frame)} limits)",
            f"{book.risk['reason']}; book of {book.risk['session']}",
            "limits",
        )
    else:
        worst = frame.sort("used", descending=True).row(0, named=True)
        finding(
            f"Nearest limit: {worst['title']}, {worst['used']:.0%} used",
            f"use of hard limits; warning at 80 %; book of {book.risk['session']}",
            "limits",
        )
        st.altair_chart(charts.gauges(frame, name="title", used="used", status="status"), use_container_width=True)
    st.caption(home_data.risk_line(book))


def _moves(page: Page) -> None:
    frame = home_data.moves(page.release, page.known)
    finding(
        "What moved since the reading before",
        "latest reading known, change, and change in standard deviations of the last 252 changes; grey rows are stale",
        "frontier",
    )
    st.dataframe(home_data.styled_moves(frame), hide_index=True, use_container_width=True, height=38 + 35 * len(frame))
    _download(frame, "moves")


def _views(book: Book | None) -> None:
    decision = book.last_decision if book else None
    if decision is None:
        finding("No decision yet", "agents and strategies speak at 08:45 São Paulo", "desk")
        return
    late = ", made after its session (catch-up)" if decision["catch_up"] else ""
    finding(f"What we think, {decision['session']}", f"decision {decision['decision_id']}{late}; scores in [-1, 1]", "desk")
    for line in home_data.agent_lines(decision):
        st.markdown(line)
    st.dataframe(home_data.scores(decision), hide_index=True, use_container_width=True)


def _positions(book: Book) -> None:
    frame = home_data.positions(book)
    finding(
        f"We hold {_count(len(frame), 'contract')}" if len(frame) else "We hold nothing",
        f"signed contracts (DI1 and DAP: + receives), last mark, BRL; session {book.session}",
        "positions",
    )
    if len(frame):
        st.dataframe(frame, hide_index=True, use_container_width=True)
        _download(frame, "positions")
    proposals = home_data.working(book)
    waiting = f"**{_count(len(proposals), 'order')} waiting for the session**"
    st.markdown(waiting if len(proposals) else "No order is waiting.")
    if len(proposals):
        st.dataframe(proposals, hide_index=True, use_container_width=True)


def _problems(page: Page, book: Book | None) -> None:
    rows, quality = home_data.problems(page.release, book), page.release.manifest.quality
    parts = ", ".join(f"{name} {float(value):.0f}" for name, value in quality.get("dimensions", {}).items())
    title = f"{_count(len(rows), 'thing')} to look at" if rows else "Nothing to look at"
    finding(title, f"quality {float(quality['score']):.1f} of 100: {parts}", "quality")
    for row in rows:
        st.markdown(f"- {row}")


def _charts(page: Page) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        frame, last = home_data.curve_now_and_before(page.release, page.known)
        finding(
            "DI1 curve, now and a month before",
            f"zero rate, % a.a. 252; {home_data.source_of(page.release, 'br_di1_252bd')}; last {last}",
            "di1",
        )
        if len(frame):
            st.altair_chart(charts.curve(frame), use_container_width=True)
            _download(frame, "di1")
    with right:
        frame, last = home_data.history(page.release, page.known, "usdbrl_ptax")
        finding("USDBRL, PTAX sell", f"BRL per USD; {home_data.source_of(page.release, 'usdbrl_ptax')}; last {last}", "ptax")
        if len(frame):
            tooltip = ["reference_date:T", "value:Q", "available_at:T"]
            drawn = charts.lines(frame, x="reference_date", y="value", colour=None, y_title="BRL per USD", y_format=".2f", tooltip=tooltip)
            st.altair_chart(drawn, use_container_width=True)
            _download(frame, "usdbrl_ptax")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _download(frame: pl.DataFrame, name: str) -> None:
    left, right, _ = st.columns([1, 1, 6])
    left.download_button("CSV", frame.write_csv(), f"{name}.csv", "text/csv", key=f"{name}-csv", type="tertiary")
    right.download_button("Parquet", home_data.parquet(frame), f"{name}.parquet", key=f"{name}-parquet", type="tertiary")


main()
