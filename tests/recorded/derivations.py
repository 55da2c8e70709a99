"""Derived facts, each by a formula of its own: prices from rates as ANBIMA publishes them, medians, correlations, identities.

Only calendars come from the project; every price is written out here, so that a fact checks the import and not our pricing.
"""

import json
import math
import re
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from statistics import median

import numpy as np
import polars as pl

from models_py.quant.daycount import calendar
from tests.recorded.world import World

Span = tuple[date, date]
Derivation = Callable[[str, Span, World], float]

CREDIT_COUPON = 2.956301                                  # 100 ((1.06) ** 0.5 - 1), NTN-B, percent of VNA
FIXED_COUPON = 48.80885                                   # 1000 ((1.10) ** 0.5 - 1), NTN-F, BRL


def _trunc(value: float, places: int) -> float:
    return math.trunc(round(value * 10**places, 6)) / 10**places


def _du(start: date, end: date) -> int:
    return int(calendar("br").business_days(start, end))


def _years(start: date, end: date) -> float:
    return _trunc(_du(start, end) / 252, 14)


def _field(world: World, prefix: str, field: str, first: date, last: date) -> pl.DataFrame:
    """`reference_date`, `maturity`, `value` of bonds, newest knowledge first come."""
    rows = world.quotes.filter(
        pl.col("instrument_id").str.contains(rf"^{prefix}_\d{{8}}$")
        & (pl.col("field") == field)
        & pl.col("reference_date").is_between(first, last)
    )
    maturity = pl.col("instrument_id").str.slice(-8).str.to_date("%Y%m%d").alias("maturity")
    return rows.sort("available_at").unique(("instrument_id", "reference_date"), keep="last").select("reference_date", maturity, "value")


def _one(world: World, prefix: str, field: str, day: date, maturity: date) -> float:
    return float(_field(world, prefix, field, day, day).filter(pl.col("maturity") == maturity)["value"].item())


def _series(world: World, series: str, first: date = date.min, last: date = date.max) -> pl.DataFrame:
    rows = world.observations.filter((pl.col("series_id") == series) & pl.col("reference_date").is_between(first, last))
    newest = rows.sort("available_at").unique("reference_date", keep="last")
    return newest.filter(pl.col("value").is_not_null()).select("reference_date", "value").sort("reference_date")


def _coupons(settlement: date, maturity: date) -> list[date]:
    dates, day = [], maturity
    while day > settlement:
        dates.append(day)
        month = day.year * 12 + day.month - 1 - 6
        day = date(month // 12, month % 12 + 1, day.day)
    return dates[::-1]


def ltn_price(rate: float, settlement: date, maturity: date) -> float:
    return _trunc(1000 / (1 + rate) ** _years(settlement, maturity), 6)


def ntnf_price(rate: float, settlement: date, maturity: date) -> float:
    flows = [(day, FIXED_COUPON + (1000 if day == maturity else 0)) for day in _coupons(settlement, maturity)]
    return _trunc(sum(round(flow / (1 + rate) ** _years(settlement, day), 9) for day, flow in flows), 6)


def ntnb_quotation(rate: float, settlement: date, maturity: date) -> float:
    flows = [(day, CREDIT_COUPON + (100 if day == maturity else 0)) for day in _coupons(settlement, maturity)]
    return _trunc(sum(round(flow / (1 + rate) ** _years(settlement, day), 10) for day, flow in flows), 4)


def _price_from_rate(key: str, span: Span, world: World, family: str) -> float:
    maturity = date.fromisoformat(re.match(r"\d{4}-\d{2}-\d{2}", key)[0])               # type: ignore[index]
    rate = _one(world, family, "rate", span[0], maturity)
    if family == "ltn":
        return ltn_price(rate, span[0], maturity)
    if family == "ntnf":
        return ntnf_price(rate, span[0], maturity)
    vna = float(_series(world, "br_vna_ntnb", span[0], span[0])["value"].item())
    return _trunc(vna * ntnb_quotation(rate, span[0], maturity) / 100, 6)


def _vna_from_prices(_: str, span: Span, world: World) -> float:
    day = span[0]
    prices, rates = (_field(world, "ntnb", field, day, day) for field in ("price", "rate"))
    both = prices.join(rates, on=("reference_date", "maturity"))
    assert both.height == 13
    implied = [price / (ntnb_quotation(rate, day, maturity) / 100) for _, maturity, price, rate in both.iter_rows()]
    assert max(implied) - min(implied) < 0.01
    return median(implied)


def _unit_values(world: World, first: date, last: date) -> dict[date, float]:
    prices, rates = (_field(world, "lft", field, first, last) for field in ("price", "rate"))
    found: dict[date, list[float]] = {}
    for day, maturity, price, rate in prices.join(rates, on=("reference_date", "maturity")).sort("reference_date").iter_rows():
        found.setdefault(day, []).append(price / (_trunc(100 / (1 + rate) ** _years(day, maturity), 4) / 100))
    return {day: median(values) for day, values in found.items()}


def _lft_unit_value(_: str, span: Span, world: World) -> float:
    return _unit_values(world, *span)[span[0]]


def _selic_spread(_: str, span: Span, world: World) -> float:
    """The one-day step of the LFT unit value that lies furthest from the target less ten basis points."""
    values = _unit_values(world, date(2020, 1, 2), span[1])
    target = dict(_series(world, "br_selic_target").iter_rows())
    days = sorted(values)
    spreads = [target[a] - ((values[b] / values[a]) ** 252 - 1) for a, b in pairwise(days) if _du(a, b) == 1]
    assert len(spreads) == 986
    return max(spreads, key=lambda spread: abs(spread - 0.001))


def _shortest_real_yield(_: str, span: Span, world: World) -> float:
    left = (pl.col("maturity") - pl.col("reference_date")).dt.total_days()
    return float(_field(world, "ntnb", "rate", *span).filter(left.is_between(30, 45))["value"].max())                 # type: ignore[arg-type]


def _ltn_less_swap(_: str, span: Span, world: World) -> float:
    """One-year rate of the LTN curve, flat forward between the two bonds around 252 business days, less the swap."""
    swap = dict(_series(world, "br_swap_pre_di_1y", *span).iter_rows())
    gaps = []
    for (day,), bonds in _field(world, "ltn", "rate", *span).group_by("reference_date"):
        if day not in swap:
            continue
        terms = calendar("br").business_days(day, bonds["maturity"].to_numpy())
        order = np.argsort(terms)
        log = terms[order] / 252 * np.log1p(bonds["value"].to_numpy()[order])
        if terms.min() <= 252 <= terms.max():
            gaps.append(math.expm1(float(np.interp(252, terms[order], log))) - swap[day])
    return median(gaps)


def _principal_less_ntnb(_: str, span: Span, world: World) -> float:
    retail, anbima = (_field(world, family, "rate", *span) for family in ("ntnb_principal", "ntnb"))
    both = retail.join(anbima, on=("reference_date", "maturity"))
    return float((both["value"] - both["value_right"]).median())                                                      # type: ignore[arg-type]


def _futures(world: World, root: str, first: date, last: date) -> dict[tuple[date, str], float]:
    rows = world.quotes.filter(
        pl.col("instrument_id").str.contains(rf"^{root}[fghjkmnquvxz]\d{{2}}$")
        & (pl.col("field") == "settlement")
        & pl.col("reference_date").is_between(first, last)
    )
    return {(day, name[-3:]): value for day, name, value in rows.select("reference_date", "instrument_id", "value").iter_rows()}


def _implied_ptax(world: World, first: date, last: date) -> dict[date, float]:
    """Spot in DOL prices: DOL × PU of DI1 / PU of DDI of its maturity, the median over maturities that do not expire that day."""
    dollar, pre, cupom = (_futures(world, root, first, last) for root in ("dol", "di1", "ddi"))
    spot: dict[date, list[float]] = {}
    for place, price in dollar.items():
        if pre.get(place, 100_000) < 100_000 and place in cupom:
            spot.setdefault(place[0], []).append(price * pre[place] / cupom[place])
    return {day: median(values) for day, values in spot.items()}


def _ptax_of_the_eve(key: str, span: Span, world: World) -> float:
    implied = _implied_ptax(world, *span)
    if "max" not in key:
        return implied[span[0]]
    ptax = _series(world, "usdbrl_ptax")
    days = ptax["reference_date"].to_list()
    eve = dict(zip(days[1:], ptax["value"].to_list()[:-1], strict=True))
    assert len(implied) == 52
    return max(abs(value - eve[day]) for day, value in implied.items())


def _ltn_less_di1(_: str, span: Span, world: World) -> float:
    futures = _futures(world, "di1", *span)
    codes = dict(enumerate("fghjkmnquvxz", start=1))
    gaps = []
    for day, maturity, rate in _field(world, "ltn", "rate", *span).iter_rows():
        price = futures.get((day, f"{codes[maturity.month]}{maturity.year % 100:02d}"))
        if price and _du(day, maturity) > 0:
            gaps.append(rate - ((100_000 / price) ** (252 / _du(day, maturity)) - 1))
    return median(gaps)


def _business_days(key: str, _: Span, world: World) -> float:
    start, end = (date.fromisoformat(text) for text in re.findall(r"\d{4}-\d{2}-\d{2}", key))
    holidays = {date.fromisoformat(json.loads(text)["date"]) for text in world.documents.filter(pl.col("kind") == "br_anbima")["text"]}
    if start < date(2023, 12, 26):                                                  # the list before the law of December 2023
        holidays = {day for day in holidays if (day.month, day.day) != (11, 20)}
    return float(np.busday_count(start, end, holidays=sorted(holidays)))


def _compounded(_: str, span: Span, world: World) -> float:
    return float(np.prod(1 + _series(world, "br_ipca_mom").filter(pl.col("reference_date") <= span[0])["value"].tail(12).to_numpy()) - 1)


def _items(world: World, family: str, day: date) -> dict[str, float]:
    rows = world.quotes.filter(pl.col("instrument_id").str.starts_with(family) & (pl.col("reference_date") == day))
    return {name.rsplit("_", 1)[1]: value for name, value in rows.select("instrument_id", "value").iter_rows()}


def _weights(_: str, span: Span, world: World) -> float:
    weights = _items(world, "ipca_subitem_weight_", span[0])
    assert len(weights) == 377
    return sum(weights.values())


def _weighted_mean(_: str, span: Span, world: World) -> float:
    weights, changes = _items(world, "ipca_subitem_weight_", span[0]), _items(world, "ipca_subitem_mom_", span[0])
    return sum(weights[code] * change for code, change in changes.items()) / sum(weights.values())


def _joined(world: World, *series: str) -> pl.DataFrame:
    frame = _series(world, series[0])
    for place, name in enumerate(series[1:]):
        frame = frame.join(_series(world, name).rename({"value": f"value_{place}"}), on="reference_date")
    return frame.sort("reference_date")


def _breakeven_identity(_: str, span: Span, world: World) -> float:
    frame = _joined(world, "us_ust_10y", "us_tips_10y", "us_breakeven_10y").filter(pl.col("reference_date").is_between(*span))
    assert frame.height == 5516
    return float((frame["value"] - frame["value_0"] - frame["value_1"]).abs().max())                                  # type: ignore[arg-type]


def _tips_5y(_: str, span: Span, world: World) -> float:
    frame = _joined(world, "us_ust_5y", "us_breakeven_5y").filter(pl.col("reference_date") == span[0])
    return float(frame["value"].item() - frame["value_0"].item())


def _embi_against_cds(_: str, span: Span, world: World) -> float:
    frame = _joined(world, "br_embi", "br_cds_5y").filter(pl.col("reference_date").is_between(*span))
    assert frame.height == 3243
    return float(np.corrcoef(frame["value"].to_numpy(), frame["value_0"].to_numpy())[0, 1])


def _stale_close(_: str, span: Span, world: World) -> float:
    frame = _joined(world, "usdbrl_ptax", "usdbrl_yahoo").filter(pl.col("reference_date").is_between(*span))
    ptax, yahoo = (np.diff(np.log(frame[name].to_numpy())) for name in ("value", "value_0"))
    return float(np.corrcoef(ptax[:-1], yahoo[1:])[0, 1])


def _target_after(_: str, span: Span, world: World) -> float:
    rows = world.documents.filter((pl.col("kind") == "us_fomc_rate") & (pl.col("meeting_date") == span[0]))
    return float(json.loads(rows["text"].item())["rate"])


def _ltn(key: str, span: Span, world: World) -> float:
    return _price_from_rate(key, span, world, "ltn")


def _ntnf(key: str, span: Span, world: World) -> float:
    return _price_from_rate(key, span, world, "ntnf")


def _ntnb(key: str, span: Span, world: World) -> float:
    return _price_from_rate(key, span, world, "ntnb")


_BY_KEY: dict[tuple[str, str], Derivation] = {
    ("usdbrl_yahoo", "corr(PTAX return, next-day Yahoo return)"): _stale_close,
    ("br_selic_over", "LFT unit value ratio, one business day"): _selic_spread,
    ("br_lft", "unit value price/quotation"): _lft_unit_value,
    ("br_vna_ntnb", "implied by 13 NTN-B prices"): _vna_from_prices,
    ("br_ntnb", "max rate with 30-45 days to maturity"): _shortest_real_yield,
    ("br_swap_pre_di_1y", "median (LTN 1y - swap 1y)"): _ltn_less_swap,
    ("br_ntnb_principal", "median (TD - ANBIMA NTN-B same maturity)"): _principal_less_ntnb,
    ("br_dol", "PTAX implied by DOL, DI1 and DDI"): _ptax_of_the_eve,
    ("br_dol", "max |implied PTAX - PTAX(D-1)| over 52 dates"): _ptax_of_the_eve,
    ("br_ltn", "median (LTN - DI1 same maturity)"): _ltn_less_di1,
    ("br_ipca_12m", "compounded monthly prints"): _compounded,
    ("br_ipca_subitem_weight", "sum of 377 weights"): _weights,
    ("br_ipca_subitem_mom", "weighted mean"): _weighted_mean,
    ("us_breakeven_10y", "max |DGS10 - DFII10 - T10YIE|"): _breakeven_identity,
    ("us_tips_5y", "us_ust_5y - us_breakeven_5y"): _tips_5y,
    ("br_embi", "corr with br_cds_5y, levels"): _embi_against_cds,
    ("us_fomc_rate", "target after the meeting"): _target_after,
}
_BY_KIND: dict[str, Derivation] = {"br_ltn": _ltn, "br_ntnf": _ntnf, "br_ntnb": _ntnb, "br_anbima": _business_days}


def derivation(target: str, key: str) -> Derivation:
    """The formula of a derived fact: its own, else what its target's keys have in common (a bond's price, a count of days)."""
    return _BY_KEY.get((target, key)) or _BY_KIND[target]
