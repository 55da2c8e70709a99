"""A small made-up world in the gold contract, published through the real writer: curves that wander, and contracts priced on them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from models_py.gold import Release, open_release
from models_py.gold.write import write
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from models_py.quant.daycount import calendar
from models_py.quant.frontier import frontier

FIRST, LAST = date(2018, 1, 2), date(2021, 12, 30)
TENORS = (21, 42, 63, 126, 252, 378, 504, 756, 1008, 1260, 1764, 2520)
REAL = (252, 504, 756, 1260, 2520)
NOW = datetime(2022, 1, 3, 12, tzinfo=UTC)
CODES = "fghjkmnquvxz"
GRADES = {"grade": "derived", "availability": "published", "raw_sha256": "0" * 64}


class Made:
    """Paths of the made-up world; `tables()` are gold's."""

    def __init__(self, seed: int = 1, first: date = FIRST, last: date = LAST) -> None:
        b3 = calendar("b3")
        self.days = b3.days(first, last)
        n = len(self.days)
        random = np.random.default_rng(seed)

        def walk(size: float) -> np.ndarray:
            return random.normal(0, size, n).cumsum()

        level, slope, self.premium = 0.08 + walk(0.0006), 0.02 + walk(0.0004), 0.008 + walk(0.0002)
        self.di = {d: np.maximum(level + slope * (1 - np.exp(-d / 500)), 0.01) for d in TENORS}
        self.real = {d: self.di[d] - 0.035 - self.premium for d in REAL}
        self.spot = 4.0 * np.exp(walk(0.009))
        self.cdi = np.round(level, 4).clip(0.01)
        self.vna = 3000 * np.exp(0.04 * np.arange(n) / 252)
        self.focus = 0.037 + np.repeat(random.normal(0, 0.0003, n // 5 + 1).cumsum(), 5)[:n]
        self.steps = np.r_[1, calendar("br").business_days(self.days[:-1], self.days[1:])]

    def rate(self, tenor: np.ndarray, real: bool = False) -> np.ndarray:
        nodes = REAL if real else TENORS
        curve = np.column_stack([(self.real if real else self.di)[d] for d in nodes])
        return np.array([np.interp(t, nodes, row) for t, row in zip(tenor, curve, strict=True)])

    def known(self, hour: int = 2) -> list[datetime]:
        """02:00 UTC of the day after: 23:00 in São Paulo."""
        return [datetime.combine(d.item(), datetime.min.time(), UTC) + timedelta(days=1, hours=hour) for d in self.days]

    def series(self) -> dict[str, np.ndarray]:
        carry = {f"br_di1_carry_{d}bd": (self.di[d] - self.cdi) * 21 / 252 / (d / 252) for d in (252, 504, 756, 1260)}
        return {
            **{f"br_di1_{d}bd": x for d, x in self.di.items()}, **{f"br_real_{d}bd": x for d, x in self.real.items()}, **carry,
            **{f"br_bei_{d}bd": (1 + self.di[d]) / (1 + x) - 1 for d, x in self.real.items()},
            "usdbrl_excess_index": 100 * np.exp(self.fx().cumsum()), "br_rstar": np.full(len(self.days), 0.04),
            "br_output_gap": 0.01 * np.sin(np.arange(len(self.days)) / 200), "br_cdi_spliced": self.cdi,
            "br_focus_ipca_12m_smoothed": self.focus, "br_inflation_target": np.full(len(self.days), 0.0375),
            "br_selic_target": np.round(self.cdi * 400) / 400, "us_vix": np.full(len(self.days), 18.0), "usdbrl_ptax": self.spot,
            "br_cdi": self.cdi,
        }  # fmt: skip

    def factor(self) -> np.ndarray:
        return (1 + np.r_[self.cdi[0], self.cdi[:-1]]) ** (self.steps / 252)

    def fx(self) -> np.ndarray:
        return np.r_[0, -np.diff(np.log(self.spot))] + np.log(self.factor()) - 0.01 * self.steps / 252

    def returns(self) -> pl.DataFrame:
        parts = [self._rows("usdbrl", self.fx(), self.fx() * self.spot, None)]
        for d in (63, 126, 252, 504, 756, 1260, 2520):
            dv01 = 1e5 * (1 + self.di[d]) ** (-d / 252) * d / 252 / (1 + self.di[d]) * 1e-4
            change = np.r_[0, np.diff(self.di[d])] / 1e-4
            roll = (self.di[d] - self.cdi) / 252 / 1e-4
            parts.append(self._rows(f"di1_{d}bd", (roll - change) * dv01 / 1e5, (roll - change) * dv01, dv01))
        for d in (252, 504, 756, 1260):
            dv01 = 1e5 * (1 + self.real[d]) ** (-d / 252) * d / 252 / (1 + self.real[d]) * 1e-4
            change = np.r_[0, np.diff(self.di[d] - self.real[d])] / 1e-4
            parts.append(self._rows(f"bei_{d}bd", change * dv01 / 1e5, change * dv01, dv01))
        return pl.concat(parts)

    def _rows(self, name: str, excess: np.ndarray, pnl: np.ndarray, dv01: np.ndarray | None) -> pl.DataFrame:
        return pl.DataFrame(
            {"instrument_id": name, "reference_date": self.days, "available_at": self.known(), "held_at": NOW, "vintage": 1,
             "excess_return": excess, "pnl_per_unit": pnl, "carry": 0.0, "rolldown": 0.0,
             "dv01": pl.Series(dv01 if dv01 is not None else [None] * len(excess), dtype=pl.Float64), **GRADES}
        )[1:]  # fmt: skip

    def marks(self) -> pl.DataFrame:
        br, first, last = calendar("br"), self.days[0].item(), self.days[-1].item()
        parts = []
        for year in range(first.year, last.year + 12):
            for month in range(1, 13):
                day = np.datetime64(date(year, month, 1))
                if month == 1 or (month in (4, 7, 10) and year <= last.year + 3):
                    parts.append(self._listed("di1", year, month, br.following(day)[()]))
                if year <= last.year + 1:
                    parts.append(self._listed("dol", year, month, br.following(day)[()]))
                if (month, year % 2) in ((5, 1), (8, 0)):
                    parts.append(self._listed("dap", year, month, br.following(day + 14)[()]))
        return pl.concat([part for part in parts if len(part)])

    def _listed(self, family: str, year: int, month: int, expiry: np.datetime64) -> pl.DataFrame:
        tenor = calendar("br").business_days(self.days, np.full(len(self.days), expiry))
        keep = (self.days < expiry) & (tenor > 0) & (tenor <= 2520) & ((family != "dol") | (tenor <= 260))
        known = np.array(self.known())
        if family == "dol":
            price, value, dv01 = self.spot * (1 + self.cdi) ** (tenor / 252) / (1 + 0.01 * tenor / 252), 50_000.0, np.zeros(len(tenor))
            accretion = np.ones(len(tenor))
        else:
            rate = self.rate(tenor, family == "dap")
            price = 1e5 * (1 + rate) ** (-tenor / 252)
            value = np.ones(len(tenor)) if family == "di1" else 0.00025 * self.vna
            dv01, accretion = price * value * tenor / 252 / (1 + rate) * 1e-4, self.factor()
        rows = {
            "instrument_id": f"{family}{CODES[month - 1]}{year % 100:02d}", "family": family, "reference_date": self.days[keep],
            "available_at": known[keep].tolist(), "held_at": NOW, "vintage": 1, "price": price[keep],
            "point_value": np.broadcast_to(value, len(tenor))[keep], "accretion": accretion[keep], "dv01": dv01[keep], **GRADES,
        }  # fmt: skip
        return pl.DataFrame(rows)

    def observations(self) -> pl.DataFrame:
        at = self.known()
        monday = [known + timedelta(days=(7 - day.item().weekday()), hours=9, minutes=30) for known, day in zip(at, self.days, strict=True)]
        parts = []
        for name, values in sorted(self.series().items()):
            # the survey of the week is published on Monday 11:30 UTC
            known = [m - timedelta(days=1) for m in monday] if "focus" in name else at
            parts.append(
                pl.DataFrame({"series_id": name, "reference_date": self.days, "available_at": known, "value": values}).with_columns(
                    pl.lit(None, pl.Date).alias("target_date"), pl.lit(NOW).alias("held_at"), pl.lit(1).alias("vintage"),
                    pl.lit("published").alias("availability"), pl.lit("0" * 64).alias("raw_sha256"),
                )
            )  # fmt: skip
        return pl.concat(parts).with_columns(pl.col("available_at").cast(pl.Datetime("us", "UTC")))


def publish(folder: Path, tables: dict[str, pl.DataFrame], now: datetime = NOW) -> Release:
    """Publish gold tables as a release and open it."""
    settings = Settings(lake=str(folder), now=now)
    rows = tables["observations"].sort("series_id", "available_at", "reference_date", "vintage")
    connection = duckdb.connect()
    connection.execute("set global timezone = 'UTC'")
    connection.execute("create schema gold")
    names = sorted(rows["series_id"].unique())
    series = pl.DataFrame({"series_id": names, "kind": "series", "unit": "decimal", "grade": "derived", "title": names})
    made = {"series": series, "factors": rows.clear(), "frontier": pl.from_arrow(frontier(rows.to_arrow())), **tables}
    for name, frame in made.items():
        connection.register("frame", frame.to_arrow())
        connection.execute(f"create table gold.{name} as select * from frame")
    days = calendar("b3").days(date(2015, 1, 1), date(2023, 12, 31))
    sessions = pl.DataFrame({"calendar_date": days, "market": "b3", "is_session": True, "is_business_day": True})
    connection.register("frame", sessions.to_arrow())
    connection.execute(
        "create table gold.calendar as select *, timezone('America/Sao_Paulo', calendar_date + interval '8 hours 45 minutes') "
        "as decision_at from frame"
    )
    write(open_lake(settings), connection, published_at=now, commit="test", quality={"score": 100.0}, bronze_held_at=now)
    return open_release(settings)


def tables(made: Made) -> dict[str, pl.DataFrame]:
    """The time-stamped gold tables of a made-up world."""
    return {"observations": made.observations(), "returns": made.returns(), "marks": made.marks()}
