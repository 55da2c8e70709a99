"""Figures of a Commitments of Traders report by column, as the API names them and as the yearly files do.

Old and other crop years are told apart for commodities and in the legacy report; here everything is of the old one. Traders and
concentration are made from the positions, so that they move with them: their sizes mean nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world.cot_markets import BY_CODE, INITIALS, Market
from pipelines.sandbox.world.prints import Prints

Floats = NDArray[np.float64]

# Report → group → its name in the files.
NAMES: Mapping[str, Mapping[str, str]] = {
    "tff": {"dealer": "Dealer", "asset_mgr": "Asset_Mgr", "lev_money": "Lev_Money", "other_rept": "Other_Rept"},
    "disagg": {"prod_merc": "Prod_Merc", "swap": "Swap", "m_money": "M_Money", "other_rept": "Other_Rept"},
    "legacy": {"noncomm": "Noncommercial", "comm": "Commercial"},
}
_SPREAD = {"legacy": "Spreading"}
# What the CFTC's headers spell otherwise than the rest of them.
_ODD = {
    "Swap_Positions_Short": "Swap__Positions_Short", "Swap_Positions_Spread": "Swap__Positions_Spread",
    "Total Reportable Positions-Long (All)": " Total Reportable Positions-Long (All)",
    "% of Open Interest (OI) (Old)": "% of Open Interest (OI)(Old)",
    "Concentration-Gross LT =4 TDR-Long (All)": "Concentration-Gross LT = 4 TDR-Long (All)",
    "Concentration-Gross LT =4 TDR-Short (Other)": "Concentration-Gross LT =4 TDR-Short(Other)",
    "Concentration-Gross LT =8 TDR-Short (Other)": "Concentration-Gross LT =8 TDR-Short(Other)",
}


@dataclass(frozen=True)
class Weeks:
    """Reports of one contract, oldest first: dates, open interest and legs by `<group>|<leg>`, `tot_rept|long` among them."""

    report: str
    market: Market
    dates: NDArray[np.datetime64]
    interest: Floats
    legs: Mapping[str, Floats]

    def change(self, values: Floats) -> Floats:
        """Difference from the week before, NaN for the first."""
        return np.diff(values, prepend=np.nan)


def weeks(report: str, prints: Prints) -> Weeks:
    """Reports from the newest print of each date."""
    legs = {name: column for name, column in prints.extra.items() if not name.startswith("nonrept")}
    total = {
        f"tot_rept|{side}": np.sum([column for name, column in legs.items() if name.split("|")[1] in (side, "spread")], axis=0)
        for side in ("long", "short")
    }
    ordered = {f"{group}|{leg}": legs[f"{group}|{leg}"] for group in NAMES[report] for leg in ("long", "short", "spread")
               if f"{group}|{leg}" in legs}
    rest = {f"nonrept|{side}": prints.extra[f"nonrept|{side}"] for side in ("long", "short")}
    return Weeks(report, BY_CODE[prints.key.split("|")[1]], prints.source_date, prints.value, {**ordered, **total, **rest})


def api_columns(found: Weeks, api: Mapping[str, str]) -> dict[str, list[str | None]]:
    """Columns of the API, in its order; `api` maps figures to their columns. What is null is None."""
    size, market = found.dates.size, found.market
    days = np.datetime_as_string(found.dates, unit="D").tolist()
    name = f"{market.name} - {market.exchange}"
    fixed = {
        "market_and_exchange_names": name, "report_date_as_yyyy_mm_dd": None, "contract_market_name": market.name,
        "cftc_contract_market_code": market.code, "cftc_market_code": INITIALS[market.exchange].strip(), "cftc_region_code": "00",
        "cftc_commodity_code": market.commodity, "contract_units": f"(SIMULATED {market.units})",
    }
    out: dict[str, list[str | None]] = {column: [text] * size for column, text in fixed.items()}
    out["report_date_as_yyyy_mm_dd"] = [f"{day}T00:00:00.000" for day in days]
    figures = {"open_interest": found.interest, **found.legs}
    for figure, values in figures.items():
        out[api.get(figure, f"{figure.replace('|', '_positions_')}_all")] = _whole(values)
    out["change_in_open_interest_all"] = _whole(found.change(found.interest))
    out["traders_tot_all"] = _whole(_traders(found.interest, found.interest, 220))
    out["futonly_or_combined"] = ["FutOnly"] * size
    return out


def file_columns(found: Weeks, rows: NDArray[np.int64]) -> Iterator[tuple[str, list[str]]]:
    """Header and chosen cells of every column of a yearly file, padded as the CFTC pads them."""
    size, market = rows.size, found.market
    is_legacy = found.report == "legacy"
    days = np.datetime_as_string(found.dates[rows], unit="D").tolist()
    heads = (
        ("Market and Exchange Names", "As of Date in Form YYMMDD", "As of Date in Form YYYY-MM-DD", "CFTC Contract Market Code",
         "CFTC Market Code in Initials", "CFTC Region Code", "CFTC Commodity Code") if is_legacy else
        ("Market_and_Exchange_Names", "As_of_Date_In_Form_YYMMDD", "Report_Date_as_YYYY-MM-DD", "CFTC_Contract_Market_Code",
         "CFTC_Market_Code", "CFTC_Region_Code", "CFTC_Commodity_Code")
    )
    name, initials = f'"{market.name} - {market.exchange}"', INITIALS[market.exchange]
    short = [day[2:].replace("-", "") for day in days]
    codes = ([text] * size for text in (market.code, initials, "00", f"{market.commodity} "))
    yield from zip(heads, ([name] * size, short, days, *codes), strict=True)
    for head, values, width, decimals in _figures(found, is_legacy):
        yield head, [_padded(value, width, decimals) for value in values[rows].tolist()]
    tail = [
        ("Contract Units", f'"(SIMULATED {market.units})"'), ("CFTC Contract Market Code (Quotes)", f'"{market.code}"'),
        ("CFTC Market Code in Initials (Quotes)", f'"{initials}"'), ("CFTC Commodity Code (Quotes)", f'"{market.commodity} "'),
    ]
    if not is_legacy:
        names = ("Contract_Units", "CFTC_Contract_Market_Code_Quotes", "CFTC_Market_Code_Quotes", "CFTC_Commodity_Code_Quotes")
        tail = [(name, text) for name, (_, text) in zip(names, tail, strict=True)]
        tail += [("CFTC_SubGroup_Code", f'"{market.subgroup}"'), ("FutOnly_or_Combined", '"FutOnly"')]
    yield from ((head, [text] * size) for head, text in tail)


def _figures(found: Weeks, is_legacy: bool) -> Iterator[tuple[str, Floats, int, int]]:
    """Header, values, width and decimals: positions, changes, shares of open interest, traders, concentration."""
    crops = ("All",) if found.report == "tff" else ("All", "Old", "Other")
    spoken = {name: _spoken(found.report, name) for name in found.legs}
    traded = {name: leg for name, leg in found.legs.items() if not name.startswith("nonrept")}
    for crop in crops:
        zero = 0.0 if crop == "Other" else 1.0
        yield _head(is_legacy, "Open Interest", "Open_Interest", crop), found.interest * zero, 8, 0
        for name, leg in found.legs.items():
            group, side = spoken[name]
            yield _head(is_legacy, f"{group} Positions-{side}", f"{group}_Positions_{side}", crop), leg * zero, 8, 0
    yield _head(is_legacy, "Change in Open Interest", "Change_in_Open_Interest", "All"), found.change(found.interest), 8, 0
    for name, leg in found.legs.items():
        yield _head(is_legacy, f"Change in {'-'.join(spoken[name])}", f"Change_in_{'_'.join(spoken[name])}", "All"), found.change(leg), 8, 0
    for crop in crops:
        zero = 0.0 if crop == "Other" else 1.0
        yield _head(is_legacy, "% of Open Interest (OI)", "Pct_of_Open_Interest", crop), np.full(found.interest.shape, 100.0 * zero), 7, 1
        for name, leg in found.legs.items():
            share = np.round(100 * leg / found.interest, 1) * zero
            yield _head(is_legacy, f"% of OI-{'-'.join(spoken[name])}", f"Pct_of_OI_{'_'.join(spoken[name])}", crop), share, 7, 1
    for crop in crops:
        zero = 0.0 if crop == "Other" else 1.0
        yield _head(is_legacy, "Traders-Total", "Traders_Tot", crop), _traders(found.interest, found.interest, 220) * zero, 7, 0
        for name, leg in traded.items():
            counted = _traders(leg, found.interest, 150)
            yield _head(is_legacy, f"Traders-{'-'.join(spoken[name])}", f"Traders_{'_'.join(spoken[name])}", crop), counted * zero, 7, 0
    for crop in crops:
        zero = 0.0 if crop == "Other" else 1.0
        for kind, most in (("Gross", 1.0), ("Net", 0.8)):
            for number in (4, 8):
                for side in ("Long", "Short"):
                    held = np.round(most * (8 + 2.5 * number + 20 * found.legs[f"tot_rept|{side.lower()}"] / found.interest), 1)
                    head = _head(is_legacy, f"Concentration-{kind} LT ={number} TDR-{side}", f"Conc_{kind}_LE_{number}_TDR_{side}", crop)
                    yield head, held * zero, 8, 1


def _spoken(report: str, name: str) -> tuple[str, str]:
    group, leg = name.split("|")
    ends = ("Total Reportable", "Nonreportable") if report == "legacy" else ("Tot_Rept", "NonRept")
    known = {**NAMES[report], "tot_rept": ends[0], "nonrept": ends[1]}
    return known[group], _SPREAD.get(report, "Spread") if leg == "spread" else leg.title()


def _head(is_legacy: bool, words: str, joined: str, crop: str) -> str:
    head = f"{words} ({crop})" if is_legacy else f"{_ODD.get(joined, joined)}_{crop}"
    return _ODD.get(head, head)


def _traders(part: Floats, whole: Floats, most: int) -> Floats:
    """A count of traders, NaN below four as the CFTC keeps it to itself."""
    count = np.floor(most * (part / whole) ** 0.7)
    return np.where(count < 4, np.nan, count)


def _whole(values: Floats) -> list[str | None]:
    return [None if value != value else f"{value:.0f}" for value in values.tolist()]


def _padded(value: float, width: int, decimals: int) -> str:
    return "." if value != value else f"{value:{width}.{decimals}f}"
