"""Fifty-two sessions of 2021 and the reference curves of three: all families of one session must tell the same story."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from models_py.kernel.ids import MONTH_CODES
from models_py.quant import cupom, dap, di1, fx
from models_py.quant.contract import dates, parse
from models_py.quant.curve import flat_forward
from models_py.quant.daycount import calendar, calendar_days

pytestmark = pytest.mark.recorded
FAMILIES = ["DI1", "DAP", "DDI", "FRC", "DOL", "WDO"]


def termed(rows: pl.DataFrame) -> pl.DataFrame:
    """Symbol and session with expiry, business and calendar days; what expires in its session is left out."""
    known = rows.select("symbol", "session").unique().rows()
    found = pl.DataFrame(
        [(symbol, session, dates(parse(symbol), session).expiry) for symbol, session in known],
        schema={"symbol": pl.String(), "session": pl.Date(), "expiry": pl.Date()},
        orient="row",
    )
    joined = rows.join(found, on=["symbol", "session"], how="left", maintain_order="left")
    du = calendar("br").business_days(joined["session"].to_numpy(), joined["expiry"].to_numpy())
    dc = calendar_days(joined["session"].to_numpy(), joined["expiry"].to_numpy())
    return joined.with_columns(du=pl.Series(du), dc=pl.Series(dc)).filter(pl.col("du") > 0)


@pytest.fixture(scope="module")
def sections(history):
    rows = pl.read_parquet(history / "br_rates/b3_futures_settlement_weekly_2021.parquet")
    rows = rows.filter(pl.col("commodity").is_in(FAMILIES)).with_columns(session=pl.col("refdate").dt.date())
    rows = rows.select("symbol", "commodity", "maturity_code", "price", "session")
    return termed(rows)


def test_every_forward_cupom_follows_from_two_ddi_to_half_a_hundredth_of_a_point(sections):
    legs = sections.filter(pl.col("commodity") == "DDI").sort("session", "du")
    near = legs.filter(pl.col("du") >= 3).group_by("session", maintain_order=True).first().select("session", near="price", near_dc="dc")
    far = legs.select("session", "maturity_code", far="price", far_dc="dc")
    rows = sections.filter(pl.col("commodity") == "FRC").join(far, on=["session", "maturity_code"]).join(near, on="session")
    rows = rows.filter(pl.col("far_dc") > pl.col("near_dc"))
    implied = cupom.frc_of_prices(*(rows[name].to_numpy() for name in ("near", "near_dc", "far", "far_dc")))
    assert rows["session"].n_unique() == 52
    assert rows.height > 1_700
    assert np.abs(implied - rows["price"].to_numpy() / 100).max() < 5.01e-5          # two decimals of a percent


def test_the_dollar_grid_of_a_session_implies_one_ptax(sections):
    wide = sections.filter(pl.col("commodity").is_in(["DOL", "DI1", "DDI"])).pivot(
        "commodity", index=["session", "maturity_code", "du", "dc"], values="price"
    ).drop_nulls().sort("session", "du")  # fmt: skip
    beyond = wide.filter(pl.col("du") > pl.col("du").min().over("session"))          # the first maturity trades on its own
    du, dc = beyond["du"].to_numpy(), beyond["dc"].to_numpy()
    growth = di1.rate(beyond["DI1"].to_numpy(), du)
    implied = fx.implied_spot(beyond["DOL"].to_numpy() / 1000, growth, du, cupom.ddi_rate(beyond["DDI"].to_numpy(), dc), dc)
    told = beyond.with_columns(ptax=pl.Series(implied))
    apart = told.with_columns(apart=(pl.col("ptax") - pl.col("ptax").median().over("session")).abs() * 1000)
    assert apart["session"].n_unique() == 52
    assert apart.height > 1_000
    # what rounding leaves is 0.0021 at most; one line is half a point off, and is a settlement all the same
    off = apart.filter(pl.col("apart") >= 0.0022)
    assert off.select("session", "maturity_code").rows() == [(date(2021, 5, 31), "M22")]
    assert (apart["apart"] < 0.002).sum() == apart.height - 2
    # PTAX has four decimals: the medians do as well
    medians = apart.group_by("session").agg(pl.col("ptax").median())["ptax"]
    assert (medians - medians.round(4)).abs().max() < 1e-6


def test_mini_and_full_dollar_futures_settle_at_one_price(sections):
    dollars = sections.filter(pl.col("commodity").is_in(["DOL", "WDO"]))
    both = dollars.pivot("commodity", index=["session", "maturity_code"], values="price").drop_nulls()
    assert both.height > 500
    assert both["DOL"].equals(both["WDO"])


def reference_curve(history, session: str) -> tuple[np.ndarray, np.ndarray]:
    rows = pl.read_parquet(history / "br_rates/b3_reference_curve_PRE.parquet")
    rows = rows.filter(pl.col("refdate").dt.date() == date.fromisoformat(session))
    return rows["biz_days"].to_numpy(), rows["r_252"].to_numpy()


def test_di_futures_read_flat_forward_meet_the_reference_curve_of_their_session(history, sections):
    days, rates = reference_curve(history, "2021-01-04")
    today = sections.filter(pl.col("commodity") == "DI1", pl.col("session") == date(2021, 1, 4)).sort("du")
    tenor = today["du"].to_numpy()
    inside = (days >= tenor[0]) & (days <= tenor[-1])
    error = np.abs(flat_forward(tenor, di1.rate(today["price"].to_numpy(), tenor), days[inside]) - rates[inside])
    assert inside.sum() > 200
    assert error[np.isin(days[inside], tenor)].max() < 5.1e-5          # the curve is told to a hundredth of a percent
    assert error.max() < 1e-4


@pytest.mark.parametrize("session", ["2022-01-03", "2023-01-02"])
def test_between_expiries_a_reference_curve_of_the_exchange_is_flat_forward(history, session):
    days, rates = reference_curve(history, session)
    months = [f"di1{code}{year % 100:02d}" for year in range(int(session[:4]), int(session[:4]) + 14) for code in MONTH_CODES]
    expiries = np.array([dates(parse(code), session).expiry for code in months], dtype="datetime64[D]")
    nodes = np.isin(days, calendar("br").business_days(session, expiries[expiries > np.datetime64(session)]))
    between = ~nodes & (days > days[nodes][0]) & (days < days[nodes][-1])
    error = np.abs(flat_forward(days[nodes], rates[nodes], days[between]) - rates[between])
    assert between.sum() >= 40
    assert error.max() < 1.01e-4           # both ends and the point itself are rounded


@pytest.mark.parametrize(("family", "price"), [("DI1", di1.price), ("DAP", dap.price)])
def test_the_bulletin_s_settlements_are_the_prices_of_its_rates_to_the_cent(history, family, price):
    rows = pl.read_parquet(history / f"b3_samples/boletim_negociacao_20230202_{family}.parquet").drop_nulls(["AdjstdQt", "AdjstdQtTax"])
    rows = termed(rows.select(symbol="TckrSymb", session="TradDt", pu="AdjstdQt", rate="AdjstdQtTax"))
    error = np.abs(price(rows["rate"].to_numpy() / 100, rows["du"].to_numpy()) - rows["pu"].to_numpy())
    assert rows.height >= 15
    assert error.max() <= 0.01
