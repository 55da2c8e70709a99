"""The exchange's own files: what they publish must follow from what else they publish."""

import gzip
import io
import zipfile
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from models_py.quant import cupom, dap, di1, fx
from models_py.quant.daycount import calendar, calendar_days
from models_py.quant.listed import expiry
from pipelines.connectors import Payload, b3

pytestmark = pytest.mark.recorded
# file: its session, and the PTAX of the eve (SGS 1)
SESSIONS = {
    "SPRD230202.zip": ("2023-02-02", 5.0721),
    "SPRD250203.zip": ("2025-02-03", 5.8301),
    "BVBG086_pricereport_20180102.xml.gz": ("2018-01-02", 3.3080),
}
LETTERS = "FGHJKMNQUVXZ"


def quotes(recorded, name: str) -> pl.DataFrame:
    body = (recorded / "b3" / name).read_bytes()
    if name.endswith(".gz"):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(name[:-3], gzip.decompress(body))
        body = packed.getvalue()
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr(name, body)
    key = "SPRD" + SESSIONS[name][0].replace("-", "")[2:]
    payload = Payload("b3", key, "", outer.getvalue(), 200, "application/zip", datetime(2026, 1, 2, tzinfo=UTC), "p", "s")
    rows = pl.from_arrow(b3.parse(payload).quotes)
    assert isinstance(rows, pl.DataFrame)
    futures = rows.filter(pl.col("symbol").str.slice(0, 3).is_in(["DI1", "DAP", "DDI", "FRC", "DOL"]))
    wide = futures.pivot("field", index="symbol", values="value")
    month = [(2000 + int(s[4:6])) * 12 + LETTERS.index(s[3]) - 1970 * 12 for s in wide["symbol"]]
    return wide.with_columns(family=pl.col("symbol").str.slice(0, 3).str.to_lowercase(), month=pl.Series(month))


@pytest.fixture(params=SESSIONS, scope="module")
def session(request, recorded):
    day, ptax = SESSIONS[request.param]
    rows = quotes(recorded, request.param)
    known = np.full(rows.height, day, dtype="datetime64[D]")
    ends = np.where(rows["family"] == "dap", expiry("dap", rows["month"].to_numpy(), known), expiry("di1", rows["month"].to_numpy(), known))
    return rows.with_columns(
        du=pl.Series(calendar("br").business_days(known, ends)), dc=pl.Series(calendar_days(known, ends)), ptax=pl.lit(ptax)
    ).filter(pl.col("du") > 0)


@pytest.mark.parametrize(("family", "price"), [("di1", di1.price), ("dap", dap.price)])
def test_every_settlement_is_the_price_of_its_published_rate_to_the_cent(session, family, price):
    rows = session.filter(pl.col("family") == family).drop_nulls(["settlement", "rate"])
    if rows.is_empty():
        pytest.skip(f"the file has no {family} with both a settlement and a rate")
    error = np.abs(price(rows["rate"].to_numpy() / 100, rows["du"].to_numpy()) - rows["settlement"].to_numpy())
    assert rows.height >= 13
    assert error.max() <= 0.01


def test_every_ddi_settlement_is_the_price_of_its_published_cupom(session):
    rows = session.filter(pl.col("family") == "ddi").drop_nulls(["settlement", "rate"])
    if rows.is_empty():
        pytest.skip("the file has no cupom rates")
    error = np.abs(cupom.ddi_price(rows["rate"].to_numpy() / 100, rows["dc"].to_numpy()) - rows["settlement"].to_numpy())
    # the cupom has three decimals of a percent: over long terms that is more than a cent of price
    assert (error <= 0.01 + cupom.FACE * 0.5e-5 * rows["dc"].to_numpy() / 360).all()


def test_every_forward_cupom_is_what_its_two_ddi_imply(session):
    rows = session.filter(pl.col("family") == "frc").drop_nulls("rate")
    legs = session.filter(pl.col("family") == "ddi").sort("du")
    near = legs.filter(pl.col("du") >= 3).head(1)
    joined = rows.join(legs.select("month", long="settlement", far="dc"), on="month").filter(pl.col("far") > near["dc"][0])
    if joined.is_empty():
        pytest.skip("the file has no forward cupom")
    short = cupom.ddi_rate(near["settlement"][0], near["dc"][0])
    implied = cupom.frc(short, near["dc"][0], cupom.ddi_rate(joined["long"].to_numpy(), joined["far"].to_numpy()), joined["far"].to_numpy())
    assert joined.height >= 9
    assert np.abs(implied - joined["rate"].to_numpy() / 100).max() < 6e-5


def test_all_dollar_futures_imply_one_ptax_that_of_the_eve(session):
    legs = session.filter(pl.col("family").is_in(["dol", "di1", "ddi"]))
    wide = legs.pivot("family", index=["month", "du", "dc"], values="settlement").drop_nulls()
    if wide.is_empty():
        pytest.skip("the file lacks one of DOL, DI1, DDI")
    wide = wide.sort("du").tail(-1)          # parity prices the maturities beyond the first
    growth = di1.rate(wide["di1"].to_numpy(), wide["du"].to_numpy())
    dirty = cupom.ddi_rate(wide["ddi"].to_numpy(), wide["dc"].to_numpy())
    implied = fx.implied_spot(wide["dol"].to_numpy() / 1000, growth, wide["du"].to_numpy(), dirty, wide["dc"].to_numpy())
    assert np.ptp(implied) * 1000 < 0.02
    assert np.median(implied) == pytest.approx(session["ptax"][0], rel=2e-6)
