"""What Yahoo Finance quotes: symbols, names, exchanges and the states that prices follow. Symbols and names are Yahoo's."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Venue:
    """Where a symbol trades: Yahoo's names, time zone, hours of the session, calendar, when its bar is final, and the hours before
    and after the session in which it trades too (none: those of the session)."""

    code: str
    name: str
    zone: str
    opens: float
    closes: float
    market: str
    final: tuple[float, str]
    around: tuple[float, float] | None = None


WEEKDAY = "weekday"                                    # the market of what trades on every weekday
ET, BRT, LONDON = "America/New_York", "America/Sao_Paulo", "Europe/London"
_MIDNIGHT = 23.0 + 59 / 60
NYSE = Venue("PCX", "NYSEArca", ET, 9.5, 16.0, "us_nyse", (16.5, ET), (4.0, 20.0))
INDEX = Venue("SNP", "SNP", ET, 9.5, 16.0, "us_nyse", (16.5, ET))
CURRENCY = Venue("CCY", "CCY", LONDON, 0.0, _MIDNIGHT, WEEKDAY, (24.0, LONDON))
FUTURE = Venue("CMX", "COMEX", ET, 0.0, _MIDNIGHT, "us_nyse", (17.5, ET))
DOLLAR = Venue("NYB", "ICE Futures", ET, 0.0, 17.0, "us_nyse", (17.5, ET))
SAO_PAULO = Venue("SAO", "São Paulo", BRT, 10.0, 18.0, "b3", (18.5, BRT), (9.75, 19.0))


@dataclass(frozen=True, slots=True)
class Quoted:
    """One symbol.

    `level` names a state or a level of `quotes_levels`, taken as 1 / level where `inverse`; `pays` are the months with an ex date
    and the yield a year; `splits` whether a board splits its shares at all.
    """

    symbol: str
    name: str
    kind: str
    venue: Venue
    level: str
    decimals: int = 2
    currency: str = "USD"
    inverse: bool = False
    pays: tuple[tuple[int, ...], float] = ((), 0.0)
    splits: bool = False
    since: str = "2010-01-01"


def _fx(symbol: str, name: str, level: str, decimals: int = 4, *, inverse: bool = False) -> Quoted:
    return Quoted(symbol, name, "CURRENCY", CURRENCY, level, decimals, name[-3:], inverse)


def _index(symbol: str, name: str, level: str) -> Quoted:
    return Quoted(symbol, name, "INDEX", INDEX, level)


def _future(symbol: str, name: str, level: str, decimals: int = 2, currency: str = "USD", since: str = "2010-01-01") -> Quoted:
    return Quoted(symbol, name, "FUTURE", FUTURE, level, decimals, currency, since=since)


def _fund(symbol: str, name: str, level: str, income: float) -> Quoted:
    return Quoted(symbol, name, "ETF", NYSE, level, pays=(tuple(range(1, 13)) if income else (), income))


def _share(symbol: str, name: str, level: str, months: tuple[int, ...], income: float) -> Quoted:
    return Quoted(symbol, name, "EQUITY", SAO_PAULO, level, 2, "BRL", pays=(months, income), splits=True)


QUOTED = (
    _fx("BRL=X", "USD/BRL", "usdbrl"), _fx("EURUSD=X", "EUR/USD", "usdeur", inverse=True), _fx("JPY=X", "USD/JPY", "usdjpy", 3),
    _fx("GBPUSD=X", "GBP/USD", "usdgbp", inverse=True), _fx("CHF=X", "USD/CHF", "usdchf"), _fx("MXN=X", "USD/MXN", "usdmxn"),
    _fx("CNY=X", "USD/CNY", "usdcny"), _fx("CLP=X", "USD/CLP", "usdclp", 2), _fx("COP=X", "USD/COP", "usdcop", 2),
    _fx("ZAR=X", "USD/ZAR", "usdzar"), _fx("AUDUSD=X", "AUD/USD", "usdaud", inverse=True),
    Quoted("DX-Y.NYB", "US Dollar Index", "INDEX", DOLLAR, "dxy", 3),
    Quoted("^BVSP", "IBOVESPA", "INDEX", SAO_PAULO, "ibov", 0, "BRL"), _index("^GSPC", "S&P 500", "spx"),
    _index("^IXIC", "NASDAQ Composite", "nasdaq"), _index("^RUT", "Russell 2000 Index", "russell"),
    _index("^VIX", "CBOE Volatility Index", "vix"), _index("^MOVE", "ICE BofAML MOVE Index", "move"),
    _index("^OVX", "CBOE Crude Oil Volatility Index", "ovx"),
    _future("GC=F", "Gold", "future_gold", 1), _future("SI=F", "Silver", "silver", 3), _future("CL=F", "Crude Oil", "future_wti"),
    _future("BZ=F", "Brent Crude Oil", "brent"), _future("HG=F", "Copper", "future_copper", 4),
    _future("ZS=F", "Soybean Futures", "future_soy", 2, "USX"), _future("ZC=F", "Corn Futures", "future_corn", 2, "USX"),
    _future("SB=F", "Sugar #11", "future_sugar", 2, "USX"), _future("KC=F", "Coffee", "future_coffee", 2, "USX"),
    _future("TIO=F", "Iron Ore 62% Fe", "iron", since="2013-10-01"), _future("6L=F", "Brazilian Real", "brl_cme", 5),
    _future("ES=F", "E-Mini S&P 500", "es"), _future("ZT=F", "2-Year T-Note Futures", "zt", 4),
    _future("ZF=F", "Five-Year US Treasury Note", "zf", 4), _future("ZN=F", "10-Year T-Note Futures", "zn", 4),
    _future("ZB=F", "U.S. Treasury Bond Futures", "zb", 4),
    Quoted("EWZ", "iShares MSCI Brazil ETF", "ETF", NYSE, "ewz", pays=((6, 12), 0.03)),
    _fund("TIP", "iShares TIPS Bond ETF", "tip", 0.02), _fund("TLT", "iShares 20+ Year Treasury Bond ETF", "tlt", 0.028),
    _fund("HYG", "iShares iBoxx $ High Yield Corporate Bond ETF", "hyg", 0.055),
    _fund("LQD", "iShares iBoxx $ Investment Grade Corporate Bond ETF", "lqd", 0.035),
    _fund("EMB", "iShares J.P. Morgan USD Emerging Markets Bond ETF", "emb", 0.045),
    _fund("GSG", "iShares S&P GSCI Commodity-Indexed Trust", "gsg", 0.0),
    _share("VALE3.SA", "VALE ON", "vale", (4, 9), 0.05), _share("PETR4.SA", "PETROBRAS PN", "petr", (4, 8, 12), 0.05),
)
BY_SYMBOL: Mapping[str, Quoted] = {one.symbol: one for one in QUOTED}
