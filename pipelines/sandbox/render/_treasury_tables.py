"""The Treasury's daily tables: data set, columns, the XML's properties, and the year whose files first have each."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Tenor:
    """A point of a curve: its column, its property, and the year whose files first have it."""

    column: str
    property: str
    since: int


@dataclass(frozen=True)
class Kind:
    """A data set. `feed` is the title of its XML, which bill rates do not have here; `repeated` a property that says a tenor again."""

    tenors: tuple[Tenor, ...]
    feed: str = ""
    repeated: str = ""

    def place(self, key: str) -> int | None:
        """Place of a world key among the tenors: a tenor's column or property, or `real 10 Yr` for `10 YR`."""
        names = {name: place for place, tenor in enumerate(self.tenors) for name in (tenor.column, tenor.property)}
        return names.get(f"{key[5:-3]} YR" if key.startswith("real ") else key)


TENORS = (
    Tenor("1 Mo", "BC_1MONTH", 2001), Tenor("1.5 Month", "BC_1_5MONTH", 2025), Tenor("2 Mo", "BC_2MONTH", 2018),
    Tenor("3 Mo", "BC_3MONTH", 1990), Tenor("4 Mo", "BC_4MONTH", 2022), Tenor("6 Mo", "BC_6MONTH", 1990),
    Tenor("1 Yr", "BC_1YEAR", 1990), Tenor("2 Yr", "BC_2YEAR", 1990), Tenor("3 Yr", "BC_3YEAR", 1990),
    Tenor("5 Yr", "BC_5YEAR", 1990), Tenor("7 Yr", "BC_7YEAR", 1990), Tenor("10 Yr", "BC_10YEAR", 1990),
    Tenor("20 Yr", "BC_20YEAR", 1990), Tenor("30 Yr", "BC_30YEAR", 1990),
)
REAL_TENORS = (
    Tenor("5 YR", "TC_5YEAR", 2003), Tenor("7 YR", "TC_7YEAR", 2003), Tenor("10 YR", "TC_10YEAR", 2003), Tenor("20 YR", "TC_20YEAR", 2004),
    Tenor("30 YR", "TC_30YEAR", 2010),
)
_BILL_YEARS = {4: 2001, 8: 2018, 13: 2002, 17: 2022, 26: 2002, 52: 2008}
BILL_TENORS = tuple(
    Tenor(f"{weeks} WEEKS {words}", f"ROUND_B1_{name}_{weeks}WK_2", since)
    for weeks, since in _BILL_YEARS.items() for words, name in (("BANK DISCOUNT", "CLOSE"), ("COUPON EQUIVALENT", "YIELD"))
)
KINDS: Mapping[str, Kind] = {
    "daily_treasury_yield_curve": Kind(TENORS, "DailyTreasuryYieldCurveRate", "BC_30YEARDISPLAY"),
    "daily_treasury_real_yield_curve": Kind(REAL_TENORS, "DailyTreasuryRealYieldCurveRate"),
    "daily_treasury_bill_rates": Kind(BILL_TENORS),
}
