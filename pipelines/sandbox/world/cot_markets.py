"""Futures markets of the Commitments of Traders: contract codes, names, sizes and who trades what. Names and codes are the CFTC's."""

from collections.abc import Mapping
from dataclasses import dataclass

FIRST_REPORT = "2010-01-05"


@dataclass(frozen=True, slots=True)
class Market:
    """One contract market.

    `speculators` and `managers` name states of `positioning` that the leveraged (managed-money) and the asset managers' net follow;
    where there is none, the net is drawn here. `interest` is open interest in contracts where no state has it.
    """

    code: str
    report: str
    name: str
    exchange: str
    commodity: str
    units: str
    subgroup: str
    interest: int
    speculators: str = ""
    managers: str = ""
    since: str = FIRST_REPORT


CME, CBT, CBOE = "CHICAGO MERCANTILE EXCHANGE", "CHICAGO BOARD OF TRADE", "CBOE FUTURES EXCHANGE"
ICE, CMX, NYMEX = "ICE FUTURES U.S.", "COMMODITY EXCHANGE INC.", "NEW YORK MERCANTILE EXCHANGE"
INITIALS: Mapping[str, str] = {CME: "CME ", CBT: "CBT ", CBOE: "CBOE", ICE: "ICUS", CMX: "CMX ", NYMEX: "NYME"}

MARKETS = (
    Market("102741", "tff", "BRAZILIAN REAL", CME, "102", "CONTRACTS OF BRL 100,000", "F10", 45_000, "brl_leveraged", "brl_asset"),
    Market("095741", "tff", "MEXICAN PESO", CME, "095", "CONTRACTS OF MXN 500,000", "F10", 180_000, "mxn"),
    Market("099741", "tff", "EURO FX", CME, "099", "CONTRACTS OF EUR 125,000", "F10", 520_000, "euro"),
    Market("097741", "tff", "JAPANESE YEN", CME, "097", "CONTRACTS OF JPY 12,500,000", "F10", 190_000),
    Market("122741", "tff", "SO AFRICAN RAND", CME, "122", "CONTRACTS OF ZAR 500,000", "F10", 20_000),
    Market("090741", "tff", "CANADIAN DOLLAR", CME, "090", "CONTRACTS OF CAD 100,000", "F10", 150_000),
    Market("098662", "tff", "USD INDEX", ICE, "098", "U.S. DOLLAR INDEX X $1000", "F10", 45_000, "dxy"),
    Market("042601", "tff", "UST 2Y NOTE", CBT, "042", "CONTRACTS OF $200,000 FACE VALUE", "F30", 2_100_000),
    Market("044601", "tff", "UST 5Y NOTE", CBT, "044", "CONTRACTS OF $100,000 FACE VALUE", "F30", 3_300_000),
    Market("043602", "tff", "UST 10Y NOTE", CBT, "043", "CONTRACTS OF $100,000 FACE VALUE", "F30", 3_500_000, "ust10"),
    Market("020601", "tff", "UST BOND", CBT, "020", "CONTRACTS OF $100,000 FACE VALUE", "F30", 1_000_000),
    Market("134741", "tff", "SOFR-3M", CME, "134", "CONTRACTS OF $2,500 X INDEX", "F30", 5_000_000, since="2018-05-22"),
    Market("13874A", "tff", "E-MINI S&P 500", CME, "138", "$50 X S&P 500 INDEX", "F90", 2_700_000, "spx"),
    Market("209742", "tff", "NASDAQ MINI", CME, "209", "NASDAQ 100 STOCK INDEX X $20", "F90", 260_000),
    Market("124603", "tff", "DJIA x $5", CBT, "124", "DJIA INDEX X $5", "F90", 110_000),
    Market("1170E1", "tff", "VIX FUTURES", CBOE, "117", "$1000 X INDEX", "F90", 350_000),
    Market("067651", "disagg", "WTI-PHYSICAL", NYMEX, "067", "CONTRACTS OF 1,000 BARRELS", "N10", 1_900_000, "crude"),
    Market("088691", "disagg", "GOLD", CMX, "088", "CONTRACTS OF 100 TROY OUNCES", "M10", 480_000, "gold"),
    Market("084691", "disagg", "SILVER", CMX, "084", "CONTRACTS OF 5,000 TROY OUNCES", "M10", 150_000),
    Market("085692", "disagg", "COPPER- #1", CMX, "085", "CONTRACTS OF 25,000 POUNDS", "M10", 210_000, "copper"),
    Market("005602", "disagg", "SOYBEANS", CBT, "005", "CONTRACTS OF 5,000 BUSHELS", "A20", 650_000),
    Market("080732", "disagg", "SUGAR NO. 11", ICE, "080", "CONTRACTS OF 112,000 POUNDS", "A40", 800_000),
    Market("083731", "disagg", "COFFEE C", ICE, "083", "CONTRACTS OF 37,500 POUNDS", "A40", 220_000),
)
BY_CODE: Mapping[str, Market] = {market.code: market for market in MARKETS}
