"""Home: can I trust today's data, what changed, what do we think, what do we hold, what could hurt, what should I do?"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # Streamlit runs a page from its own folder

import polars as pl
import streamlit as st

from app.dashboard import charts, home_book, home_desk, home_market, how
from app.dashboard.frame import Page, open_page
from app.dashboard.numbers import number
from app.dashboard.panels import count, finding, foot, table
from models_py.ledger.book import Book

PROBLEMS_SHOWN = 30


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
    with right:
        if book is not None:
            _positions(book)
            _orders(book)
    _lines(book)
    _problems(page, book)
    _charts(page)


def _money(book: Book) -> None:
    figures = home_book.money(book)
    with st.container(key="money"):
        for column, (label, value, change, note) in zip(st.columns(len(figures)), figures, strict=True):
            column.metric(label, value, change, help=note, delta_color="off", delta_arrow="off")


def _attribution(book: Book) -> None:
    frame, made, interest = home_book.attribution(book)
    finding(
        f"Strategies {'made' if made >= 0 else 'lost'} {number(abs(made) / 1e3, ',.0f')} thousand BRL this year; "
        f"interest {number(interest / 1e3, '+,.0f')}",
        f"P&L by strategy since 1 January, after costs, BRL thousand; journal, last session {book.session}",
    )
    if len(frame):
        shown = frame.with_columns((pl.col("pnl") / 1e3).alias("thousand"))
        st.altair_chart(charts.bars(shown, category="strategy", value="thousand", title="P&L, BRL thousand"), width="stretch")
    else:
        st.caption("Nothing traded this year.")
    foot(how.PNL, frame, "attribution")


def _risk(book: Book) -> None:
    frame = home_book.limits(book)
    if frame is None or book.risk is None:
        finding("Risk has not been measured yet", "limits appear after the first settled session")
        return
    unknown = frame.filter(pl.col("status") == "unmeasured")
    if len(unknown):
        finding(
            f"Risk cannot be measured: no new risk is taken ({len(unknown)} of {len(frame)} limits)",
            f"{book.risk['reason']}; book of {book.risk['session']}",
        )
    else:
        worst = frame.sort("used", descending=True).row(0, named=True)
        finding(
            f"Nearest limit: {worst['title']}, {number(worst['used'], '.0%')} used",
            f"use of hard limits, shares of NAV; dashed: warning at 80 %, limit at 100 %; book of {book.risk['session']}",
        )
        st.altair_chart(charts.gauges(frame), width="stretch")
        st.caption(home_book.limits_line(frame))
    st.caption(home_book.risk_line(book))
    foot(how.LIMITS, frame, "limits")


def _moves(page: Page) -> None:
    frame = home_market.moves(page.release, page.known)
    late = frame.filter(pl.col("status") != "OK")
    finding(
        "What moved since the reading before" + (f"; {count(len(late), 'reading')} late" if len(late) else ""),
        "latest reading known, change from the reading before, and that change in standard deviations of the 252 before it; "
        "age in Brazilian business days, grey where it is more than the series promises",
    )
    table(home_market.moves_shown(frame), ("last", "change", "z", "reference", "known", "age"), (frame["status"] != "OK").to_list())
    foot(how.MOVES, frame, "moves")


def _views(book: Book | None) -> None:
    decision = book.last_decision if book else None
    if decision is None:
        finding("No decision yet", "agents and strategies speak at 08:45 São Paulo")
        return
    late = ", made after its session's settlement window (catch-up)" if decision["catch_up"] else ""
    finding(f"What we think, {decision['session']}", f"decision {decision['decision_id']}{late}; scores from −1 to +1")
    for line in home_desk.agent_lines(decision):
        st.markdown(line)
    frame = home_desk.scores(decision)
    table(frame, ("score",))
    foot(how.DECISION, frame, "scores")


def _positions(book: Book) -> None:
    frame = home_book.positions(book)
    finding(
        f"We hold {count(len(frame), 'position')}" if len(frame) else "We hold nothing",
        f"signed contracts, last mark, BRL; after session {book.session}",
    )
    if len(frame):
        table(home_book.positions_shown(frame, book.session), ("contracts", "price", "value, BRL mn", "for +1 bp, BRL"))
    foot(how.POSITIONS, frame, "positions")


def _orders(book: Book) -> None:
    frame = home_book.working(book)
    if not len(frame):
        st.markdown("No order is waiting.")
        return
    sessions = ", ".join(sorted({order["session"] for order in book.working.values()}))
    st.markdown(f"**{count(len(frame), 'order')} waiting for session {sessions}**")
    table(frame, ("contracts",))
    foot(how.DECISION, frame, "orders")


def _lines(book: Book | None) -> None:
    decision = book.last_decision if book else None
    frame = home_desk.lines(decision) if decision else pl.DataFrame()
    if not len(frame):
        return
    short = frame.filter((pl.col("end") - pl.col("target")).abs() >= 1)
    finding(
        f"{count(len(short), 'contract')} of {len(frame)} not at target, and why" if len(short) else "Every contract is at its target",
        "signed contracts: held before, target of the signals, after stops, volatility target and breaker, within limits, "
        f"and as ordered for session {decision['session'] if decision else ''}",
    )
    table(home_desk.lines_shown(frame), ("held", "target", "after stops and scale", "within limits", "ordered to be"))
    foot(how.LINES, frame, "lines")


def _problems(page: Page, book: Book | None) -> None:
    desk, data, quality = home_desk.desk_problems(book), home_desk.data_problems(page.release), page.release.manifest.quality
    parts = ", ".join(f"{name.replace('_', ' ')} {float(value):.0f}" for name, value in quality.get("dimensions", {}).items())
    told = [f"{count(len(desk), 'thing')} on the desk"] * bool(desk) + [f"data: {home_desk.tally(data)}"] * bool(len(data))
    finding("; ".join(told) if told else "Nothing to look at", f"quality {float(quality['score']):.1f} of 100: {parts}")
    for line in desk:
        st.markdown(f"- {line}")
    if len(data):
        with st.expander(f"Data, as the checks of the release found them: {home_desk.tally(data)}"):
            table(data.head(PROBLEMS_SHOWN))
            if len(data) > PROBLEMS_SHOWN:
                st.caption(f"and {len(data) - PROBLEMS_SHOWN} more in the download")
    foot(how.QUALITY, data if len(data) else None, "problems")


def _charts(page: Page) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        frame, last = home_market.curve_now_and_before(page.release, page.known)
        finding(
            "DI1 curve, now and a month before",
            f"zero rate, % a.a. 252; {home_market.source_of(page.release, 'br_di1_252bd')}; last {last}",
        )
        if len(frame):
            st.altair_chart(charts.curve(frame), width="stretch")
        foot(how.CURVES, frame, "di1")
    with right:
        frame, last = home_market.history(page.release, page.known, "usdbrl_ptax")
        finding("USDBRL, PTAX sell", f"BRL per USD; {home_market.source_of(page.release, 'usdbrl_ptax')}; last {last}")
        if len(frame):
            st.altair_chart(charts.line(frame, y_title="BRL per USD", y_format=".2f"), width="stretch")
        foot(how.AS_KNOWN, frame, "usdbrl_ptax")


main()
