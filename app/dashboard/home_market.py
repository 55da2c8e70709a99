"""The market as Home shows it: what moved, the curve now and before, a history. Read from a release, as known at an instant."""

from datetime import date, datetime, timedelta

import polars as pl

from app.dashboard.numbers import change, number, reading
from models_py.gold import Release
from models_py.quant.moves import freshness, last_move

# what a portfolio manager looks at first, by block; absent ids are left out
WATCHED = (
    ("FX", "usdbrl_ptax"), ("FX", "us_dxy"),
    ("BR rates", "br_selic_target"), ("BR rates", "br_di1_252bd"), ("BR rates", "br_di1_1260bd"), ("BR rates", "br_di1_slope_252_1260bd"),
    ("BR inflation", "br_ipca_12m"), ("BR inflation", "br_focus_ipca_12m_smoothed"), ("BR inflation", "br_bei_252bd"),
    ("US rates", "us_ust_2y"), ("US rates", "us_ust_10y"), ("Risk", "us_vix"), ("Risk", "br_cds_5y"),
)  # fmt: skip
MOVES: dict[str, pl.DataType | type[pl.DataType]] = {
    "block": pl.String, "series_id": pl.String, "title": pl.String, "unit": pl.String, "value": pl.Float64, "change": pl.Float64,
    "z": pl.Float64, "reference_date": pl.Date, "available_at": pl.Datetime("us", "UTC"), "age_bd": pl.Int32, "status": pl.String,
}  # fmt: skip


def moves(release: Release, known: datetime) -> pl.DataFrame:
    """Latest reading of each watched series as known at an instant, its change from the reading before, z, age and status."""
    watched = [(block, name) for block, name in WATCHED if name in release.catalogue]
    panel = release.panel([name for _, name in watched], [known + release.settings.pause])       # a decision reads a pause earlier
    rows = []
    for block, name in watched:
        history, about, age = release.as_of(known).history(name), release.catalogue[name], panel[f"{name}__age"][0]
        if not len(history) or age is None:
            continue
        last, moved = history.row(-1, named=True), last_move(history["value"])
        status = freshness(age, int(about["max_age_bd"])) if about["max_age_bd"] else "OK"
        rows.append(
            (block, name, about["title"], about["unit"], *moved, last["reference_date"], last["available_at"], age, status)
        )  # fmt: skip
    return pl.DataFrame(rows, MOVES, orient="row")


def moves_shown(moved: pl.DataFrame) -> pl.DataFrame:
    """The same for people: each block named once, ages of late readings in words."""
    rows, block = [], None
    for row in moved.iter_rows(named=True):
        rows.append(
            {
                "": row["block"] if row["block"] != block else "",
                "series": row["title"].partition(";")[0],
                "last": reading(row["value"], row["unit"]),
                "change": change(row["change"], row["unit"]),
                "z": number(row["z"], "+.1f"),
                "reference": row["reference_date"].isoformat(),
                "known": f"{row['available_at']:%Y-%m-%d}",
                "age": f"{row['age_bd']} bd" + (f", {row['status']}" if row["status"] != "OK" else ""),
            }
        )
        block = row["block"]
    return pl.DataFrame(rows)


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
