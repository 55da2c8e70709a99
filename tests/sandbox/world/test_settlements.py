"""The exchange's settlements follow from their rounded rates, session by session."""

import numpy as np
import polars as pl
import pytest

from models_py.quant.daycount import calendar
from tests.sandbox.world.worlds import SEEDS, world

DAYS = ("2010-01-04", "2013-06-20", "2018-11-14", "2021-05-31", "2023-12-22", "2023-12-26", "2025-02-03")


@pytest.fixture(params=[(seed, day) for seed in SEEDS for day in DAYS], ids=lambda pair: f"{pair[0]}-{pair[1]}")
def session(request) -> tuple[int, np.datetime64, pl.DataFrame]:
    seed, day = request.param
    return seed, np.datetime64(day), world(seed).b3.settlements(np.datetime64(day))


def family(frame: pl.DataFrame, name: str) -> dict[str, np.ndarray]:
    rows = frame.filter(pl.col("family") == name)
    return {column: rows[column].to_numpy() for column in ("du", "dc", "rate", "settlement", "previous")}


def test_di1_and_dap_are_one_hundred_thousand_discounted_on_business_days(session):
    for name in ("DI1", "DAP"):
        rows = family(session[2], name)
        assert np.abs(1e5 * (1 + rows["rate"] / 100) ** (-rows["du"] / 252) - rows["settlement"]).max() <= 0.005 + 1e-8


def test_ddi_is_one_hundred_thousand_discounted_on_simple_dollar_interest(session):
    rows = family(session[2], "DDI")
    assert np.abs(1e5 / (1 + rows["rate"] / 100 * rows["dc"] / 360) - rows["settlement"]).max() <= 0.005 + 1e-8


def test_discount_factors_fall_and_forwards_stay_above_minus_five_per_cent(session):
    rows = family(session[2], "DI1")
    assert (np.diff(rows["settlement"]) < 0).all()
    forward = (rows["settlement"][:-1] / rows["settlement"][1:]) ** (252 / np.diff(rows["du"])) - 1
    assert forward.min() > -0.05


def test_dol_beyond_the_first_gives_one_ptax_and_it_is_that_of_the_eve(session):
    seed, day, frame = session
    dol, di, ddi = (frame.filter(pl.col("family") == name) for name in ("DOL", "DI1", "DDI"))
    rates = dol.join(di.select("maturity_date", i="rate"), on="maturity_date")
    rates = rates.join(ddi.select("maturity_date", c="rate"), on="maturity_date")
    assert rates.height == dol.height
    i, c, du, dc, price = (rates[name].to_numpy() for name in ("i", "c", "du", "dc", "settlement"))
    ptax = price * (1 + c / 100 * dc / 360) / (1 + i / 100) ** (du / 252)
    assert np.ptp(ptax[1:]) < 0.002
    assert ptax[1:].mean() / 1000 == pytest.approx(float(world(seed).b3.ptax_previous(day)), abs=2e-6)


def test_the_ptax_of_the_eve_is_the_one_sgs_prints(session):
    seed, day, _ = session
    found = world(seed).prints("bcb_sgs", "1").latest()
    place = int(np.searchsorted(found.source_date, day)) - 1
    if place >= 0:
        assert world(seed).b3.ptax_previous(day) == found.value[place]


def test_the_first_dol_is_spot_plus_the_casado_and_wdo_settles_alike(session):
    seed, day, frame = session
    dol, wdo = frame.filter(pl.col("family") == "DOL"), frame.filter(pl.col("family") == "WDO")
    exchange = world(seed).b3
    fair = 1000 * float(exchange.spot(day) + exchange.casado(day))
    assert dol["settlement"][0] == pytest.approx(fair, abs=0.05)             # the published DI rate has three decimals
    both = wdo.join(dol.select("maturity_date", dol="settlement"), on="maturity_date")
    assert both.height == wdo.height
    assert (both["settlement"] == both["dol"]).all()


def test_frc_is_the_forward_of_two_ddi_from_the_first_three_days_away(session):
    frame = session[2]
    ddi, frc = frame.filter(pl.col("family") == "DDI"), frame.filter(pl.col("family") == "FRC")
    short = ddi.filter(pl.col("du") >= 3).row(0, named=True)
    legs = frc.join(ddi.select("maturity_date", long="rate"), on="maturity_date")
    assert legs.height == frc.height
    growth = (1 + legs["long"] / 100 * legs["dc"] / 360) / (1 + short["rate"] / 100 * short["dc"] / 360)
    implied = (growth - 1) * 360 / (legs["dc"] - short["dc"]) * 100
    assert (implied - legs["rate"]).abs().max() <= 0.005 + 1e-9
    assert frc["maturity_date"].min() > short["maturity_date"]
    assert frc["settlement"].null_count() == frc.height


def test_expiries_and_terms_follow_the_holidays_known_that_day(session):
    _, day, frame = session
    national = calendar("br")
    maturities = frame["maturity_date"].to_numpy().astype("datetime64[D]")
    assert national.is_business_day(maturities, as_of=day).all()
    assert np.array_equal(frame["du"].to_numpy(), national.business_days(day, maturities, as_of=day))
    assert np.array_equal(frame["dc"].to_numpy(), (maturities - day).astype(int))
    assert frame["du"].min() > 0


def test_previous_figures_are_those_of_the_session_before_at_today_s_term(session):
    seed, day, frame = session
    sessions = world(seed).b3.sessions
    place = int(np.searchsorted(sessions, day))
    if place == 0:
        assert frame["previous"].null_count() == frame.height
        return
    before = world(seed).b3.settlements(sessions[place - 1])
    both = frame.join(before.select("symbol", rate_before="rate", price_before="settlement"), on="symbol")
    quoted = both.drop_nulls("rate_before")
    assert (quoted["previous_rate"] == quoted["rate_before"]).all()
    dol = both.filter(pl.col("family") == "DOL")
    assert (dol["previous"] == dol["price_before"]).all()
    di = both.filter(pl.col("family") == "DI1")
    expected = 1e5 * (1 + di["rate_before"].to_numpy() / 100) ** (-di["du"].to_numpy() / 252)
    assert np.abs(expected - di["previous"].to_numpy()).max() <= 0.005 + 1e-8


def test_a_dirty_rate_differs_from_the_clean_by_ptax_over_spot(session):
    seed, day, frame = session
    exchange = world(seed).b3
    ddi = frame.filter((pl.col("family") == "DDI") & (pl.col("dc") < 900))
    dc = ddi["dc"].to_numpy()
    clean = exchange.cupom(day, dc)
    gap = (float(exchange.ptax_previous(day)) / float(exchange.spot(day)) - 1) * 360 / dc
    assert np.abs(exchange.dirty_cupom(day, dc) - clean - gap * (1 + clean * dc / 360)).max() < 1e-12
    assert np.abs(exchange.dirty_cupom(day, dc) * 100 - ddi["rate"].to_numpy()).max() <= 0.0005 + 1e-9


def test_a_date_without_session_is_refused():
    with pytest.raises(ValueError, match="2025-01-01"):
        world().b3.settlements(np.datetime64("2025-01-01"))


def test_one_session_in_sixty_is_corrected_and_differs_in_few_contracts():
    exchange = world().b3
    days = exchange.sessions[2000:2600]
    corrected = [day for day in days if exchange.times(day).corrected_at is not None]
    assert 2 <= len(corrected) <= 25
    first, final = exchange.settlements(corrected[0], corrected=False), exchange.settlements(corrected[0])
    changed = (first["rate"] != final["rate"]).fill_null(False)
    assert 1 <= changed.sum() <= 4
    assert exchange.times(corrected[0]).corrected_at > exchange.times(corrected[0]).published_at


def test_files_appear_after_the_evening_snapshot():
    times = world().b3.times(np.datetime64("2025-02-03"))
    assert np.datetime64("2025-02-03T22:30") <= times.snapshot_at <= np.datetime64("2025-02-03T22:32:01")
    assert np.datetime64("2025-02-04T01:31") <= times.published_at <= np.datetime64("2025-02-04T01:45:01")


def test_illiquid_nodes_repeat_the_rate_of_the_eve_now_and_then():
    exchange = world().b3
    repeated = total = 0
    for day in exchange.sessions[2500:2620]:
        rows = exchange.settlements(day).filter((pl.col("family") == "DAP") & (pl.col("du") > 400))
        repeated += int((rows["rate"] == rows["previous_rate"]).sum())
        total += rows.height
    assert 0.002 < repeated / total < 0.05
