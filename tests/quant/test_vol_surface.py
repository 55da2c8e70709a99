"""The dollar's smile: quotes by delta met, no arbitrage, and the exchange's own surface and premiums reproduced."""

import gzip

import numpy as np
import polars as pl
import pytest

from models_py.quant import black76, fx_delta, svi, vol_surface
from models_py.quant.curve import flat_forward
from models_py.quant.daycount import calendar
from models_py.quant.errors import BadCurve

SMILE = svi.Svi(0.0050, 0.035, 0.35, -0.06, 0.06)
QUOTES = [
    vol_surface.Quote(21, 0.135, ((0.25, 0.018, 0.0030), (0.10, 0.034, 0.0095))),
    vol_surface.Quote(63, 0.142, ((0.25, 0.024, 0.0035), (0.10, 0.046, 0.0120))),
    vol_surface.Quote(252, 0.150, ((0.25, 0.032, 0.0040), (0.10, 0.062, 0.0150))),
]


def test_wings_are_the_straddle_plus_butterfly_plus_or_minus_half_the_reversal():
    k, vols = QUOTES[0].points()
    assert vols.tolist() == pytest.approx([0.1275, 0.129, 0.135, 0.147, 0.1615])          # 10P, 25P, ATM, 25C, 10C
    assert (np.diff(k) > 0).all()
    # K = F · exp(-Φ⁻¹(Δ)·σ√T + ½σ²T) with Φ⁻¹(0.25) = -0.6744898
    spread = 0.147 * np.sqrt(21 / 252)
    assert k[3] == pytest.approx(0.6744898 * spread + 0.5 * spread**2, abs=1e-7)


@pytest.mark.parametrize("adjusted", [False, True])
def test_quotes_are_met_to_a_tenth_of_a_volatility_point_without_arbitrage(adjusted):
    surface = vol_surface.of_quotes(QUOTES, premium_adjusted=adjusted)
    assert surface.arbitrage() == []
    for quote in QUOTES:
        k, vols = quote.points(premium_adjusted=adjusted)
        assert surface.vol(5.5, 5.5 * np.exp(k), quote.tenor_bd) == pytest.approx(vols, abs=1e-3)


def test_a_smile_gives_its_own_volatilities_back():
    k = np.linspace(-0.3, 0.3, 9)
    found = svi.fit(k, np.sqrt(SMILE.variance(k) / 0.5), 0.5)
    assert found.variance(k) == pytest.approx(SMILE.variance(k), abs=2e-5)


@pytest.mark.parametrize("smile", [SMILE, svi.Svi(0.8, 0.40, 0.35, -0.06, 0.6)])
def test_the_density_of_a_smile_is_that_of_its_prices(smile):
    """g is positive exactly where prices of calls are convex in the strike."""
    k = np.linspace(-0.4, 0.4, 4001)
    calls = black76.price(1.0, np.exp(k), 126, np.sqrt(smile.variance(k) * 2.0))
    strike = np.exp(k)
    slope = np.diff(calls) / np.diff(strike)
    bend = np.diff(slope) / (0.5 * (strike[2:] - strike[:-2]))
    w = smile.variance(k[1:-1])
    second = -k[1:-1] / np.sqrt(w) - 0.5 * np.sqrt(w)
    density = smile.density(k[1:-1]) / np.sqrt(2 * np.pi * w) * np.exp(-0.5 * second**2) / strike[1:-1]
    np.testing.assert_allclose(bend, density, rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_quoted_the_surface_has_no_arbitrage(seed):
    random = np.random.default_rng(seed)
    quotes = []
    for tenor in (10, 42, 126, 504):
        atm = random.uniform(0.09, 0.30)            # independent from term to term: total variance often falls as quoted
        quotes.append(vol_surface.Quote(tenor, atm, ((0.25, random.uniform(-0.2, 0.4) * atm, random.uniform(0.0, 0.08) * atm),)))
    surface = vol_surface.of_quotes(quotes)
    assert surface.arbitrage() == []
    # between the terms too: total variance never falls at equal moneyness
    k = np.linspace(-0.8, 0.8, 33)
    over = np.stack([surface.variance(k, np.full(33, float(tenor))) for tenor in range(5, 800, 15)])
    assert (np.diff(over, axis=0) >= -1e-9).all()


def test_what_is_no_surface_is_refused():
    with pytest.raises(BadCurve):
        vol_surface.fit([])
    with pytest.raises(BadCurve, match="63"):
        vol_surface.of_quotes([QUOTES[1], QUOTES[0]])
    with pytest.raises(BadCurve, match="three"):
        svi.fit([0.0, 0.1], [0.15, 0.16], 0.5)
    with pytest.raises(BadCurve, match=r"-0\.15"):
        svi.fit([-0.1, 0.0, 0.1], [0.15, -0.15, 0.16], 0.5)


@pytest.mark.recorded
def test_the_exchange_s_surface_of_2014_is_met_to_a_few_hundredths_of_a_point(history):
    with gzip.open(history / "b3_samples/SupVol.txt.gz", "rt", encoding="utf-8") as file:
        cells = [line.strip().split(";") for line in file if line.startswith("DL")]
    rows = [(int(cell[2]), int(cell[1].split()[-1]) / 100, int(cell[4]) * 1e-9) for cell in cells]
    terms = []
    for tenor in sorted({row[0] for row in rows if row[0] > 5}):
        smile = sorted(row[1:] for row in rows if row[0] == tenor)
        strikes = [fx_delta.strike_of(delta, 1.0, tenor, vol, is_call=True) for delta, vol in smile]
        terms.append((tenor, np.log(strikes), np.array([vol for _, vol in smile])))
    surface = vol_surface.fit(terms)
    assert len(terms) == 22
    assert surface.arbitrage() == []
    for (tenor, k, vols), smile in zip(terms, surface.smiles, strict=True):
        error = np.abs(np.sqrt(smile.variance(k) * 252 / tenor) - vols)[1:-1]           # deltas of 10 to 90
        # beyond two years the published wings of 99 would let a calendar spread be bought for nothing
        assert error.max() < (0.0013 if tenor < 400 else 0.0030), tenor


@pytest.fixture(scope="module")
def premiums(history):
    with gzip.open(history / "b3_samples/Premio.txt.gz", "rt", encoding="latin-1") as file:
        lines = [line.rstrip("\r\n") for line in file if line[19:22] == "DOL"]
    return pl.DataFrame(
        [(f"{x[29:33]}-{x[33:35]}-{x[35:37]}", x[27] == "C", *(int(x[a : a + 15]) / 10 ** int(x[67]) for a in (37, 52))) for x in lines],
        schema=["expiry", "is_call", "strike", "premium"],
        orient="row",
    )


@pytest.mark.recorded
def test_published_premiums_reprice_by_parity_by_volatility_and_from_one_surface(premiums, recorded):
    lines = (recorded / "b3/TaxaSwap_APR_20141212.txt").read_text("latin-1").splitlines()
    curve = {int(x[46:51]): int(x[52:66]) / 1e9 for x in lines}
    nodes = np.array(sorted(curve), dtype=float)
    terms, asked = [], []
    for expiry in sorted(premiums["expiry"].unique()):
        rows = premiums.filter(pl.col("expiry") == expiry)
        tenor = int(calendar("br").business_days("2014-12-12", expiry))
        discount = float((1 + flat_forward(nodes, [curve[int(d)] for d in nodes], [tenor])[0]) ** (-tenor / 252))
        both = rows.pivot("is_call", index="strike", values="premium").drop_nulls()
        if both.height < 3:
            continue
        forwards = ((both["true"] - both["false"]) / discount + both["strike"]).to_numpy()
        forward = float(np.median(forwards))
        # a call less a put is the discounted forward: published to a thousandth
        assert np.abs((forwards - forward) * discount).max() < 0.0016
        out = rows.filter((pl.col("is_call") == (pl.col("strike") >= forward)) & (pl.col("premium") > 0.02)).sort("strike")
        terms_of = (out["strike"].to_numpy(), tenor)
        side = {"is_call": out["is_call"].to_numpy(), "discount": discount}
        implied = black76.implied_vol(out["premium"].to_numpy(), forward, *terms_of, **side)
        assert implied.valid.all()
        np.testing.assert_allclose(black76.price(forward, *terms_of, implied.value, **side), out["premium"].to_numpy(), atol=1e-7)
        terms.append((tenor, np.log(out["strike"].to_numpy() / forward), implied.value))
        asked.append((rows.filter(pl.col("premium") > 0.02), forward, tenor, discount))
    surface = vol_surface.fit(terms)
    assert len(terms) == 19
    assert surface.arbitrage() == []
    errors = []
    for rows, forward, tenor, discount in asked:
        strike = rows["strike"].to_numpy()
        vol = surface.vol(forward, strike, float(tenor))
        made = black76.price(forward, strike, tenor, vol, is_call=rows["is_call"].to_numpy(), discount=discount)
        errors.append(np.abs(made - rows["premium"].to_numpy()))
    every = np.concatenate(errors)
    assert len(every) > 700
    # points of BRL 0.001: the tick of the option is a thousandth, its usual bid to offer several points
    assert np.median(every) < 0.1
    assert every.max() < 1.0
