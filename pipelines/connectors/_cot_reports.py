"""The three Commitments of Traders reports: where each is kept, and what its columns are called in the API and in the files.

Names are the CFTC's, its old typing errors included (`noncomm_postions_spread_all`, `swap__positions_short_all`), so each column
is mapped by hand. File headers are compared in lower case with every run of other signs as one underscore. Columns that are known
and not read (changes, shares of open interest, traders, concentration, old and other crop years) are told by their families.

Sources: CFTC, "Historical Compressed" and "Commitments of Traders, Public Reporting"; no answer of the live API was at hand.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

OPEN_INTEREST = "open_interest"


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `columns` maps a column, as the API or a file names it, to the group and leg that it counts.

    `datasets` are Socrata's, futures alone and with options; `files` the patterns of their yearly zips since 2017.
    """

    name: str
    datasets: tuple[str, str]
    files: tuple[str, str]
    api: Mapping[str, str]
    columns: Mapping[str, str]


def _report(name: str, datasets: tuple[str, str], files: tuple[str, str], table: Mapping[str, tuple[str, str]]) -> Report:
    api = {figure: column for figure, (column, _) in table.items()}
    columns = {column: figure for figure, pair in table.items() for column in map(folded, pair)}
    return Report(name, datasets, files, {OPEN_INTEREST: "open_interest_all", **api}, {"open_interest_all": OPEN_INTEREST, **columns})


def folded(column: str) -> str:
    """A column's name in lower case, runs of anything but letters and digits as one underscore."""
    return re.sub(r"[^a-z0-9]+", "_", column.lower()).strip("_")


#                figure: (name in the API, name in the files)
_TFF = {
    "dealer|long": ("dealer_positions_long_all", "Dealer_Positions_Long_All"),
    "dealer|short": ("dealer_positions_short_all", "Dealer_Positions_Short_All"),
    "dealer|spread": ("dealer_positions_spread_all", "Dealer_Positions_Spread_All"),
    "asset_mgr|long": ("asset_mgr_positions_long", "Asset_Mgr_Positions_Long_All"),
    "asset_mgr|short": ("asset_mgr_positions_short", "Asset_Mgr_Positions_Short_All"),
    "asset_mgr|spread": ("asset_mgr_positions_spread", "Asset_Mgr_Positions_Spread_All"),
    "lev_money|long": ("lev_money_positions_long", "Lev_Money_Positions_Long_All"),
    "lev_money|short": ("lev_money_positions_short", "Lev_Money_Positions_Short_All"),
    "lev_money|spread": ("lev_money_positions_spread", "Lev_Money_Positions_Spread_All"),
    "other_rept|long": ("other_rept_positions_long", "Other_Rept_Positions_Long_All"),
    "other_rept|short": ("other_rept_positions_short", "Other_Rept_Positions_Short_All"),
    "other_rept|spread": ("other_rept_positions_spread", "Other_Rept_Positions_Spread_All"),
    "nonrept|long": ("nonrept_positions_long_all", "NonRept_Positions_Long_All"),
    "nonrept|short": ("nonrept_positions_short_all", "NonRept_Positions_Short_All"),
}
_DISAGGREGATED = {
    "prod_merc|long": ("prod_merc_positions_long", "Prod_Merc_Positions_Long_All"),
    "prod_merc|short": ("prod_merc_positions_short", "Prod_Merc_Positions_Short_All"),
    "swap|long": ("swap_positions_long_all", "Swap_Positions_Long_All"),
    "swap|short": ("swap__positions_short_all", "Swap__Positions_Short_All"),
    "swap|spread": ("swap__positions_spread_all", "Swap__Positions_Spread_All"),
    "m_money|long": ("m_money_positions_long_all", "M_Money_Positions_Long_All"),
    "m_money|short": ("m_money_positions_short_all", "M_Money_Positions_Short_All"),
    "m_money|spread": ("m_money_positions_spread", "M_Money_Positions_Spread_All"),
    "other_rept|long": ("other_rept_positions_long", "Other_Rept_Positions_Long_All"),
    "other_rept|short": ("other_rept_positions_short", "Other_Rept_Positions_Short_All"),
    "other_rept|spread": ("other_rept_positions_spread", "Other_Rept_Positions_Spread_All"),
    "nonrept|long": ("nonrept_positions_long_all", "NonRept_Positions_Long_All"),
    "nonrept|short": ("nonrept_positions_short_all", "NonRept_Positions_Short_All"),
}
_LEGACY = {
    "noncomm|long": ("noncomm_positions_long_all", "Noncommercial Positions-Long (All)"),
    "noncomm|short": ("noncomm_positions_short_all", "Noncommercial Positions-Short (All)"),
    "noncomm|spread": ("noncomm_postions_spread_all", "Noncommercial Positions-Spreading (All)"),
    "comm|long": ("comm_positions_long_all", "Commercial Positions-Long (All)"),
    "comm|short": ("comm_positions_short_all", "Commercial Positions-Short (All)"),
    "nonrept|long": ("nonrept_positions_long_all", "Nonreportable Positions-Long (All)"),
    "nonrept|short": ("nonrept_positions_short_all", "Nonreportable Positions-Short (All)"),
}
REPORTS = (
    _report("tff", ("gpe5-46if", "yw9f-hn96"), ("fut_fin_txt_{}.zip", "com_fin_txt_{}.zip"), _TFF),
    _report("disagg", ("72hh-3qpy", "kh3c-gbw2"), ("fut_disagg_txt_{}.zip", "com_disagg_txt_{}.zip"), _DISAGGREGATED),
    _report("legacy", ("6dca-aqww", "jun7-fc8e"), ("deacot{}.zip", "deahistfo{}.zip"), _LEGACY),
)
BY_NAME: Mapping[str, Report] = {report.name: report for report in REPORTS}

_KNOWN = re.compile(
    r"id|market_and_exchange_names|contract_market_name|contract_units|futonly_or_combined|yyyy_report_week_ww"
    r"|(report|as_of)_date_(as|in_form)_[a-z_]+|cftc_[a-z_]+|commodity(_name|_subgroup_name|_group_name|_code)?"
    r"|tot(al)?_rept?(ortable)?_positions_(long|short)(_all)?|(change_in|pct_of|of_oi|of_open_interest|traders|conc|concentration)(_.*)?"
    r"|.*_(old|other|1|2)"
)


def report_of(columns: Iterable[str]) -> Report:
    """The report that has these columns (API or file names).

    Raises:
        ValueError: a column that no report has, or columns of none or several.
    """
    names = {folded(column) for column in columns}
    shared = {column for one, other in combinations(REPORTS, 2) for column in one.columns.keys() & other.columns.keys()}
    found = [report for report in REPORTS if names & (report.columns.keys() - shared)]
    if len(found) != 1:
        raise ValueError(f"columns of {len(found)} reports: {', '.join(sorted(names))[:200]}")
    unknown = sorted(name for name in names - found[0].columns.keys() if not _KNOWN.fullmatch(name))
    if unknown:
        raise ValueError(f"unknown column {unknown[0]}")
    return found[0]
