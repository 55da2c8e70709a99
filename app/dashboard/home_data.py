"""What Home shows, read from a release and a book and formatted for people: units, signs, ages."""

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import polars as pl

from models_py.gold import Release
from models_py.ledger import pnl
from models_py.ledger.book import Book

# what a portfolio manager looks at first, by block; absent ids are left out
WATCHED = (
    ("FX", "usdbrl_ptax"), ("FX", "us_dxy"),
    ("BR rates", "br_selic_target"), ("BR rates", "br_di1_252bd"), ("BR rates", "br_di1_1260bd"), ("BR rates", "br_di1_slope_252_1260bd"),
    ("BR inflation", "br_ipca_12m"), ("BR inflation", "br_focus_ipca_12m_smoothed"), ("BR inflation", "br_bei_252bd"),
    ("US rates", "us_ust_2y"), ("US rates", "us_ust_10y"), ("Risk", "us_vix"), ("Risk", "br_cds_5y"),
)  # fmt: skip
MILLION, BP = 1e6, 1e-4

Figure = tuple[str, str, str | None, str]


def money(book: Book) -> list[Figure]:
    """NAV, P&L of day, month and year, orders waiting."""
    day, month, year = pnl.day(book), pnl.month_to_date(book), pnl.year_to_date(book)
    base = book.nav or 1.0
    figures: list[Figure] = [("NAV, BRL mn", f"{book.nav / MILLION:,.2f}", None, f"after session {book.session}")]
    for name, result in (("Day", day), ("Month", month), ("Year", year)):
        parts = f"variation {result.variation:+,.0f}, cost {-result.cost:+,.0f}, interest {result.interest:+,.0f} BRL"
        figures.append((f"{name} P&L, BRL", f"{result.total:+,.0f}", f"{result.total / base:+.2%} of NAV", parts))
    figures.append(("Orders waiting", str(len(book.working)), None, "sent, to be filled at their session's settlement"))
    return figures


def attribution(book: Book) -> pl.DataFrame:
    """P&L by strategy since the first of January, after costs, BRL; interest on capital apart."""
    if book.session is None:
        return pl.DataFrame(schema={"strategy": pl.String, "pnl": pl.Float64})
    first = book.session.replace(month=1, day=1)
    parts = pnl.by_strategy(book, first) | {"interest on capital": pnl.year_to_date(book).interest}
    return pl.DataFrame({"strategy": list(parts), "pnl": list(parts.values())}, {"strategy": pl.String, "pnl": pl.Float64})


def limits(book: Book) -> pl.DataFrame | None:
    """Use of each limit, as journalled."""
    if not book.risk:
        return None
    columns = {"id": pl.String, "title": pl.String, "value": pl.Float64, "hard": pl.Float64, "used": pl.Float64, "status": pl.String}
    return pl.DataFrame([{name: reading[name] for name in columns} for reading in book.risk["limits"]], columns)


def risk_line(book: Book) -> str:
    """VaR families, ES and stress in one line, with the session they are of; the last ones measured."""
    if book.measured is None:
        return "Value at risk and stress have never been measured."
    risk = book.measured["risk"]
    families = ", ".join(f"{name.replace('_', ' ')} {result['var'] / MILLION:.2f}" for name, result in risk["var"].items())
    stress = ", ".join(f"{name} {value / MILLION:+.2f}" for name, value in risk["stress"].items())
    es = risk["var"][risk["headline"]]["es"] / MILLION
    when = f"After session {book.measured['session']}: "
    return f"{when}VaR 99 % 1 day, BRL mn: {families}; ES 97.5 % {es:.2f}. Stress, BRL mn: {stress}."


def moves(release: Release, known: datetime) -> pl.DataFrame:
    """Latest reading of each watched series known at an instant, its change and z."""
    rows = []
    for block, series_id in WATCHED:
        if series_id not in release.catalogue:
            continue
        steps = release.frontier(series_id).filter(pl.col("available_at") <= known, pl.col("value").is_not_null())
        readings = steps.group_by("reference_date", maintain_order=True).last().sort("reference_date")
        if len(readings) < 2:
            continue
        about, changes = release.catalogue[series_id], readings["value"].diff().drop_nulls()
        last = readings.row(-1, named=True)
        spread = changes.tail(252).std()
        decimal = about["unit"] == "decimal"
        stale = (known.date() - last["known_at"].date()).days > 2 * int(about.get("max_age_bd") or 5)
        rows.append(
            {
                "block": block,
                "series": about.get("title") or series_id,
                "last": f"{last['value'] * 100:.2f} %" if decimal else f"{last['value']:,.4g}",
                "change": f"{changes[-1] / BP:+.0f} bp" if decimal else f"{changes[-1]:+,.4g}",
                "z": f"{changes[-1] / spread:+.1f}" if spread else "",
                "reference": last["reference_date"].isoformat(),
                "known": f"{last['known_at']:%Y-%m-%d}",
                "stale": stale,
            }
        )
    return pl.DataFrame(rows)


def styled_moves(frame: pl.DataFrame) -> Any:
    """The moves with stale rows greyed and numbers right-aligned."""
    shown = frame.drop("stale").to_pandas()
    grey = frame["stale"].to_list() if len(frame) else []
    styled = shown.style.apply(lambda row: ["color: #999999" if grey[row.name] else "" for _ in row], axis=1)
    return styled.set_properties(subset=["last", "change", "z"], **{"text-align": "right"})


def agent_lines(decision: dict[str, Any]) -> list[str]:
    """One line an agent: where it stands, with what confidence, and why not where it is silent."""
    lines = []
    for view in decision["views"]:
        numbers = [part for part in view["evidence"] if part[1] is not None]
        evidence = ", ".join(f"{name} {value:.2%}" for name, value in numbers if name in ("i_star", "path_mean", "gap_mp"))
        score = "no view" if view["score"] is None else f"score {view['score']:+.2f}"
        told = f"{view['status']}: {view['reason']}" if view["status"] != "OK" else evidence
        lines.append(f"**{view['agent']}** on {view['asset_class']}: {score}, confidence {view['confidence']:.2f} · {told}")
    return lines


def scores(decision: dict[str, Any]) -> pl.DataFrame:
    """Scores by strategy with their status."""
    rows = [
        {
            "strategy": f"{score['strategy']} ({score['code']})",
            "score": "" if score["score"] is None else f"{score['score']:+.2f}",
            "status": score["status"],
            "why": score["reason"],
        }
        for score in decision["scores"]
    ]
    return pl.DataFrame(rows, {"strategy": pl.String, "score": pl.String, "status": pl.String, "why": pl.String})


def positions(book: Book) -> pl.DataFrame:
    """What is held, at its last mark."""
    rows = []
    for contract, quantity in sorted(book.positions.items()):
        mark = book.marks[contract]
        rows.append(
            {
                "contract": contract.upper(),
                "contracts": f"{quantity:+,d}",
                "price": f"{mark.price:,.4f}",
                "value, BRL mn": f"{quantity * mark.value / MILLION:+,.2f}",
                "DV01, BRL": f"{-quantity * mark.dv01:+,.0f}" if mark.dv01 else "",
                "marked": mark.session.isoformat(),
                "grade": mark.grade,
            }
        )
    return pl.DataFrame(rows)


def working(book: Book) -> pl.DataFrame:
    """Orders waiting for their session."""
    rows = [
        {
            "session": order["session"],
            "contract": order["contract"].upper(),
            "side on screen": order["side"],
            "contracts": f"{order['quantity']:+,d}",
            "for": ", ".join(order["allocation"]),
            "purpose": order["purpose"],
        }
        for order in book.working.values()
    ]
    return pl.DataFrame(rows)


def problems(release: Release, book: Book | None) -> list[str]:
    """What is wrong with the data or the desk, in words."""
    found = data_problems(release)
    if book is None:
        return found
    if book.halt.is_halted:
        found.insert(0, f"**Trading is halted**: {book.halt.reason}")
    decision = book.last_decision
    if decision:
        spoken = [(score["strategy"], score) for score in decision["scores"]] + [(view["agent"], view) for view in decision["views"]]
        found += [f"{name}: {what['status']}, {what['reason']}" for name, what in spoken if what["status"] not in ("OK", "DEGRADED")]
    found += [f"order {refused['order_id']} refused: {', '.join(refused['failed'])}" for refused in book.refusals[-3:]]
    return found + [f"order {lapse['order_id']} lapsed: {lapse['reason']}" for lapse in book.lapses[-3:]]


def data_problems(release: Release, most: int = 6) -> list[str]:
    """What the release's own checks found: series that are late, stale or missing, sources below 100."""
    rows = release.sql(
        """
        select name, status, detail from gold.quality
        where kind = 'series' and status <> 'OK' or kind in ('test', 'expectation') and status <> 'pass'
        order by status, name
        """
    )
    told = [f"{name}: {status.lower()}{f', {detail}' if detail else ''}" for name, status, detail in rows.iter_rows()]
    return told[:most] + ([f"and {len(told) - most} more: `select * from quality`"] if len(told) > most else [])  # noqa: S608


def curve_now_and_before(release: Release, known: datetime, days: int = 30) -> tuple[pl.DataFrame, date | None]:
    """The DI1 curve known at an instant and the one known a month before: years, % a year, which."""
    frames, last = [], None
    for label, at in (("now", known), ("a month before", known - timedelta(days=days))):
        curve = release.as_of(at).curve("br_di1")
        if len(curve):
            day = curve["reference_date"][0]
            last = last or day
            shown = curve.filter(pl.col("tenor_bd") <= 2520).select(
                (pl.col("tenor_bd") / 252).alias("years"),
                (pl.col("zero_rate") * 100).alias("rate"),
                pl.lit(f"{label} ({day})").alias("curve"),
                "reference_date",
                "available_at",
            )
            frames.append(shown)
    return (pl.concat(frames) if frames else pl.DataFrame()), last


def history(release: Release, known: datetime, series_id: str, years: int = 3) -> tuple[pl.DataFrame, date | None]:
    """A series as known at an instant, of the last years."""
    if series_id not in release.catalogue:
        return pl.DataFrame(), None
    rows = release.as_of(known).history(series_id)
    if not len(rows):
        return rows, None
    last = rows["reference_date"].max()
    assert isinstance(last, date)
    return rows.filter(pl.col("reference_date") > last - timedelta(days=365 * years)), last


def source_of(release: Release, series_id: str) -> str:
    """Source and grade of a series, for a subtitle."""
    about = release.catalogue.get(series_id, {})
    return f"source {about.get('source') or 'own'}, grade {about.get('grade') or 'unknown'}"


def parquet(frame: pl.DataFrame) -> bytes:
    """A frame as a Parquet file."""
    buffer = BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()
