"""Prices of Brazilian federal bonds in decimal arithmetic, written down from the Treasury's and ANBIMA's methodology alone."""

from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, localcontext

from models_py.quant.daycount import calendar

NTNF_COUPON, NTNB_COUPON = Decimal("48.80885"), Decimal("2.956301")
JUNE_2000 = Decimal("1614.62")


def cut(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_DOWN)


def near(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def business_days(start: date, end: date) -> int:
    """Counted on the list of holidays that is known at the start."""
    return int(calendar("br").business_days(start, end))


def exponent(start: date, end: date) -> Decimal:
    return cut(Decimal(business_days(start, end)) / 252, 14)


def payments(day: date, maturity: date) -> list[date]:
    """Half-yearly dates from maturity back to the first one after a day."""
    found, year, month = [], maturity.year, maturity.month
    while date(year, month, maturity.day) > day:
        found.append(date(year, month, maturity.day))
        year, month = (year, month - 6) if month > 6 else (year - 1, month + 6)
    return found[::-1]


def price(kind: str, rate: float, day: date, maturity: date, unit: float) -> float:
    """PU at a yield in %; `unit` is the unit value (VNA) of the kind."""
    with localcontext(Context(prec=50)):
        base = 1 + Decimal(str(rate)) / 100
        if kind == "LTN":
            return float(cut(1000 / base ** exponent(day, maturity), 6))
        if kind == "LFT":
            return float(cut(Decimal(str(unit)) * cut(100 / base ** exponent(day, maturity), 4) / 100, 6))
        coupon, face, places = (NTNF_COUPON, 1000, 9) if kind == "NTN-F" else (NTNB_COUPON, 100, 10)
        flows = [(due, coupon + (face if due == maturity else 0)) for due in payments(day, maturity)]
        worth = sum((near(flow / base ** exponent(day, due), places) for due, flow in flows), Decimal(0))
        return float(cut(worth, 6) if kind == "NTN-F" else cut(Decimal(str(unit)) * cut(worth, 4) / 100, 6))


def unit_value(index: float, projected: float, last: date, next_: date, day: date) -> float:
    """VNA of NTN-B between two 15ths: index of the month before the last one, inflation of the running month in %."""
    with localcontext(Context(prec=50)):
        start = cut(1000 * Decimal(str(index)) / JUNE_2000, 6)
        share = cut(Decimal(business_days(last, day)) / Decimal(business_days(last, next_)), 14)
        return float(cut(start * (1 + Decimal(str(projected)) / 100) ** share, 6))
