"""FRED's releases: which one carries a series, and on which dates each came out. Ids, names and links are FRED's own, public.

A release date is a vintage date of any series of the release.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.render._alfred import Intervals, intervals
from pipelines.sandbox.view import View

SOURCE = "fred"


@dataclass(frozen=True)
class Release:
    name: str
    link: str
    series: tuple[str, ...]


RELEASES: Mapping[int, Release] = {
    9: Release("Advance Monthly Sales for Retail and Food Services", "https://www.census.gov/retail/", ("RSAFS", "RSFSXMV")),
    10: Release("Consumer Price Index", "https://www.bls.gov/cpi/", (
        "CPIAUCSL", "CPIAUCNS", "CPILFESL", "CPILFENS", "CPIUFDSL", "CPIENGSL", "CUSR0000SAH1", "CUSR0000SASLE", "CUSR0000SACL1E",
        "CUSR0000SEHC", "CUSR0000SETA02")),
    11: Release("Employment Cost Index", "https://www.bls.gov/eci/", ("ECIALLCIV",)),
    13: Release("G.17 Industrial Production and Capacity Utilization", "https://www.federalreserve.gov/releases/g17/", (
        "INDPRO", "TCU", "MCUMFN")),
    17: Release("H.10 Foreign Exchange Rates", "https://www.federalreserve.gov/releases/h10/", (
        "DEXBZUS", "DEXMXUS", "DEXUSEU", "DEXJPUS", "DTWEXBGS", "DTWEXEMEGS")),
    18: Release("H.15 Selected Interest Rates", "https://www.federalreserve.gov/releases/h15/", (
        "DFF", "DTB3", "DGS1MO", "DGS3MO", "DGS6MO", "DGS1", "DGS2", "DGS3", "DGS5", "DGS7", "DGS10", "DGS20", "DGS30")),
    20: Release("H.4.1 Factors Affecting Reserve Balances", "https://www.federalreserve.gov/releases/h41/", (
        "WALCL", "TREAST", "WTREGEN", "WSHOMCB", "WRESBAL")),
    21: Release("H.6 Money Stock Measures", "https://www.federalreserve.gov/releases/h6/", ("M2SL", "BOGMBASE")),
    27: Release("New Residential Construction", "https://www.census.gov/construction/nrc/", ("HOUST", "PERMIT")),
    46: Release("Producer Price Index", "https://www.bls.gov/ppi/", ("PPIACO", "PPIFIS")),
    47: Release("Productivity and Costs", "https://www.bls.gov/productivity/", ("ULCNFB",)),
    50: Release("Employment Situation", "https://www.bls.gov/ces/", (
        "PAYEMS", "USPRIV", "USGOVT", "UNRATE", "U6RATE", "CIVPART", "EMRATIO", "CES0500000003", "AWHAETP", "CLF16OV", "CE16OV",
        "UNEMPLOY")),
    51: Release("U.S. International Trade in Goods and Services", "https://www.bea.gov/data/intl-trade-investment/", ("BOPGSTB",)),
    53: Release("Gross Domestic Product", "https://www.bea.gov/data/gdp/gross-domestic-product", (
        "GDP", "GDPC1", "A191RL1Q225SBEA", "GDPDEF")),
    54: Release("Personal Income and Outlays", "https://www.bea.gov/data/income-saving/personal-income", (
        "PCEPI", "PCEPILFE", "PI", "PCE", "PCEC96", "PSAVERT", "DSPIC96", "IA001260M")),
    72: Release("Daily Treasury Inflation-Indexed Securities", "https://www.federalreserve.gov/releases/h15/", (
        "DFII5", "DFII7", "DFII10", "DFII20", "DFII30")),
    91: Release("Surveys of Consumers", "http://www.sca.isr.umich.edu/", ("UMCSENT", "MICH")),
    95: Release("Manufacturer's Shipments, Inventories, and Orders (M3) Survey", "https://www.census.gov/manufacturing/m3/", (
        "DGORDER", "NEWORDER")),
    97: Release("New Residential Sales", "https://www.census.gov/construction/nrs/", ("HSN1F",)),
    101: Release("FOMC Press Release", "https://www.federalreserve.gov/monetarypolicy/", ("DFEDTARU", "DFEDTARL")),
    180: Release("Unemployment Insurance Weekly Claims Report", "https://www.dol.gov/ui/", ("ICSA", "IC4WSA", "CCSA")),
    185: Release("Interest Rate on Reserve Balances", "https://www.federalreserve.gov/monetarypolicy/reqresbalances.htm", ("IORB",)),
    190: Release("Primary Mortgage Market Survey", "https://www.freddiemac.com/pmms/", ("MORTGAGE30US",)),
    192: Release("Job Openings and Labor Turnover Survey", "https://www.bls.gov/jlt/", ("JTSJOL", "JTSQUR", "JTSLDL")),
    200: Release("CBOE Market Statistics", "https://www.cboe.com/", ("VIXCLS", "VXVCLS")),
    209: Release("ICE BofA Indices", "https://www.ice.com/", (
        "BAMLH0A0HYM2", "BAMLC0A0CM", "BAMLEMCBPIOAS", "BAMLEMRLCRPILAOAS", "BAMLC0A4CBBB")),
    212: Release("Spot Prices", "https://www.eia.gov/dnav/pet/", ("DCOILWTICO", "DCOILBRENTEU")),
    221: Release("Chicago Fed National Financial Conditions Index", "https://www.chicagofed.org/", ("NFCI", "ANFCI")),
    304: Release("Interest Rate Spreads", "https://fred.stlouisfed.org/", ("T10Y2Y", "T10Y3M", "T5YIE", "T10YIE", "T5YIFR")),
    354: Release(
        "An Arbitrage-Free Three-Factor Term Structure Model and the Recent Behavior of Long-Term Yields and Distant-Horizon"
        " Forward Rates", "https://www.federalreserve.gov/pubs/feds/2005/200533/", ("THREEFYTP10",)),
    445: Release("Secured Overnight Financing Rate Data", "https://www.newyorkfed.org/markets/", ("SOFR",)),
    483: Release("SOFR Averages and Index Data", "https://www.newyorkfed.org/markets/", (
        "SOFR30DAYAVG", "SOFR90DAYAVG", "SOFR180DAYAVG", "SOFRINDEX")),
}
OTHER = 9999                             # the sandbox's own: a series whose release is not in the table above
_OF = {series: number for number, release in RELEASES.items() for series in release.series}


def release_of(series: str) -> int:
    return _OF.get(series, OTHER)


def release(number: int) -> Release | None:
    return Release("Other releases (SIMULATED)", "", ()) if number == OTHER else RELEASES.get(number)


def known_intervals(view: View, series: str) -> Intervals:
    """ALFRED intervals of a series at the clock."""
    count = view.count(SOURCE, series)
    return view.memory.get(("alfred", series, count), lambda: intervals(view.known(SOURCE, series)))


def release_dates(view: View, number: int) -> NDArray[np.datetime64]:
    """Dates of a release that are out, in order."""
    carried = [series for series in view.keys(SOURCE) if release_of(series) == number]
    state = tuple(view.count(SOURCE, series) for series in carried)

    def compute() -> NDArray[np.datetime64]:
        dates = [known_intervals(view, series).vintage_dates for series in carried]
        return np.unique(np.concatenate(dates)) if dates else np.zeros(0, "datetime64[D]")

    return view.memory.get(("releases", number, state), compute)
