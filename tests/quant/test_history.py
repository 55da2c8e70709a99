"""Seeds and curves against seventeen years of real bonds."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from models_py.kernel import seeds
from models_py.quant import bonds
from models_py.quant.bond_curves import bond_curves
from models_py.quant.daycount import calendar
from models_py.quant.realtime import frame
from models_py.quant.snapshots import Snapshots
from tests.quant.vintages import table

pytestmark = pytest.mark.recorded


@pytest.fixture(scope="module")
def quotes(history):
    rows = pl.read_parquet(history / "br_rates/anbima_tpf_2007_2023.parquet")
    rows = rows.select(
        family=pl.col("BondType").str.to_lowercase().str.replace("-", ""),
        maturity_date=pl.col("MaturityDate").dt.date(),
        reference_date=pl.col("ReferenceDate").dt.date(),
        available_at=pl.col("ReferenceDate").cast(pl.Datetime("us", "UTC")).dt.offset_by("24h"),
        rate="IndicativeRate",
        availability=pl.lit("scheduled"),
    )
    return rows.filter(pl.col("family").is_in(["ltn", "ntnf", "ntnb"])).with_columns(held_at=pl.col("available_at"))


@pytest.fixture(scope="module")
def nodes(quotes):
    premium = seeds.read("ltn_premium").select(pl.col("tenor_bd").cast(pl.Int32), pl.col("premium").cast(pl.Float64))
    return bond_curves(quotes.to_arrow(), table([]), premium.to_arrow())


def test_every_day_of_bonds_has_three_curves_with_believable_rates(nodes):
    rows = frame(nodes)
    assert rows.group_by("curve_id").agg(pl.col("reference_date").n_unique())["reference_date"].to_list() == [4206] * 3
    assert rows["zero_rate"].is_finite().all()
    assert -0.05 < rows["zero_rate"].min() < rows["zero_rate"].max() < 0.25
    factors = rows.sort("curve_id", "reference_date", "tenor_bd").with_columns(
        factor=(1 + pl.col("zero_rate")) ** (-pl.col("tenor_bd") / 252)
    )
    falls = factors.with_columns(step=pl.col("factor").diff().over("curve_id", "reference_date"))["step"].drop_nulls()
    assert (falls < 0).all()


def test_a_bill_held_for_a_day_earns_what_the_curve_says_of_its_tenor(nodes, quotes):
    """A node is a bond, so a bill's own price change and the curve's agree to rounding of six decimals."""
    curve = Snapshots.of(nodes, "br_pre")
    assert curve is not None
    bills = quotes.filter(pl.col("family") == "ltn").sort("maturity_date", "reference_date")
    eve = pl.col("reference_date", "rate").shift().over("maturity_date").name.prefix("eve_")
    steps = bills.with_columns(eve).rename({"eve_reference_date": "before", "eve_rate": "old"})
    steps = steps.drop_nulls("before").filter(pl.col("maturity_date") > pl.col("reference_date")).gather_every(97)
    br = calendar("br")
    left, left_before = (br.business_days(steps[day].to_numpy(), steps["maturity_date"].to_numpy()) for day in ("reference_date", "before"))
    good = left > 5
    held = bonds.ltn_price(steps["rate"].to_numpy()[good], left[good]) / bonds.ltn_price(steps["old"].to_numpy()[good], left_before[good])
    place = np.searchsorted(curve.reference, steps["reference_date"].cast(pl.Int32).to_numpy()[good])
    place_before = np.searchsorted(curve.reference, steps["before"].cast(pl.Int32).to_numpy()[good])
    now, then = curve.rates(place, left[good]), curve.rates(place_before, left_before[good])
    said = (1 + now) ** (-left[good] / 252) / (1 + then) ** (-left_before[good] / 252)
    assert len(held) > 300
    np.testing.assert_allclose(held, said, rtol=0, atol=3e-9)


def test_the_december_index_is_what_unit_values_of_january_imply(history):
    base = pl.read_csv(history / "br_rates/vna_ntnb_base_month.csv.gz", try_parse_dates=True)
    levels = {row[0]: float(row[1]) for row in seeds.read("ipca_index").rows()}
    january = base.filter(pl.col("reference_date").dt.month() == 1).rows()
    compared = {str(date(day.year - 1, 12, 31)): round(unit * 1.61462, 2) for day, unit in january}
    assert len(compared) > 20
    assert {day: levels[day] for day in compared} == compared
