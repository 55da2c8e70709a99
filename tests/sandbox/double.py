"""A tiny world in the shape of the real one: few series, flat curves, every case that the wire layer tells apart.

Settlements follow the exchange's formulas on rounded rates, so that identities hold here as well.
"""

from datetime import date
from types import SimpleNamespace

import numpy as np
import polars as pl

from models_py.quant.daycount import calendar
from pipelines.sandbox.render._treasury_tables import TENORS
from pipelines.sandbox.world.b3 import SETTLEMENTS, SessionTimes
from pipelines.sandbox.world.bulletins import TYPES, Bulletins
from pipelines.sandbox.world.focus import Statistics
from pipelines.sandbox.world.focus_surveys import Survey
from pipelines.sandbox.world.prints import Prints, assemble

FIRST = np.datetime64("2010-01-04")
HOUR, DAY = np.timedelta64(1, "h"), np.timedelta64(1, "D")
CORRECTED_EVERY = 30                     # sessions: the last digit of their number decides
MONTHS = "FGHJKMNQUVXZ"
SINCE = {"1.5 Month": "2025-02-18", "2 Mo": "2018-10-16", "4 Mo": "2022-10-19"}


def _utc(days, hours):
    return days.astype("datetime64[us]") + np.timedelta64(int(hours * 60), "m")


class Double:
    """`World` in little."""

    def __init__(self, until: date, seed: int = 7) -> None:
        self.seed, self.until = seed, until
        self.days = calendar("br").days("2010-01-04", until)
        phase = (seed % 97) / 97
        self.spot = 3 + np.sin(np.arange(self.days.size) / 50 + phase)
        self.truth = SimpleNamespace(
            days=self.days, months=np.arange("2010-01", "2010-04", dtype="datetime64[M]"), daily={"usdbrl": self.spot}, monthly={},
            story=SimpleNamespace(first={"crash": (0,), "fiscal": ()}),
        )
        made = (*self._sgs(), *self._fred(), *self._treasury(), *self._focus(), *self._sidra())
        self._prints = {(prints.source, prints.key): prints for prints in made}
        self.b3 = self._exchange()
        self.ptax = self._bulletins()

    def keys(self, source: str) -> tuple[str, ...]:
        return tuple(sorted(key for name, key in self._prints if name == source))

    def documents(self, source: str) -> tuple:
        return ()

    def survey(self, name: str, indicator: str, part: str) -> Survey:
        none, days = np.zeros(0), np.zeros(0, "datetime64[D]")
        return Survey(part, np.zeros(0, "U1"), Statistics(days, none, none, none, none, none, none), days.astype("datetime64[us]"))

    def prints(self, source: str, key: str) -> Prints:
        return self._prints[source, key]

    def _sgs(self):
        daily, months = {"frequency": "D"}, np.arange("2010-01", np.datetime64(self.until, "M"), dtype="datetime64[M]")
        first = months.astype("datetime64[D]")
        ptax = np.round(self.spot, 4)
        ptax[10] = np.nan
        yield assemble("bcb_sgs", "1", self.days, _utc(self.days, 16.25), ptax, decimals=4, meta=daily)
        yield assemble("bcb_sgs", "10813", self.days, _utc(self.days, 16.25), ptax - 0.0006, decimals=4, meta=daily)
        every = np.arange("2010-01-01", np.datetime64(self.until), dtype="datetime64[D]")
        ahead = _utc(every - 40 * DAY, 21.5)
        yield assemble("bcb_sgs", "432", every, ahead, np.full(every.size, 8.75), decimals=2, meta=daily)
        out = (months + 1).astype("datetime64[D]") + 9 * DAY
        ipca = np.round(0.4 + 0.3 * np.sin(np.arange(months.size)), 2)
        yield assemble("bcb_sgs", "433", first, _utc(out, 12.5), ipca, decimals=2, meta={"frequency": "M"})
        # activity: each month is printed twice, the second time revised
        twice, at = np.concatenate([first, first]), np.concatenate([_utc(out + 40 * DAY, 12), _utc(out + 70 * DAY, 12)])
        level = np.concatenate([100 + np.arange(months.size), 100.5 + np.arange(months.size)])
        yield assemble("bcb_sgs", "24364", twice, at, level, decimals=2, meta={"frequency": "M"})
        yield assemble("bcb_sgs", "226", self.days, _utc(self.days, 12), np.full(self.days.size, 0.1646), decimals=4, meta=daily,
                       extra={"end_date": self.days + 30 * DAY})

    def _fred(self):
        quarters = np.arange("2010-01", np.datetime64(self.until, "M"), 3, dtype="datetime64[M]")
        first = quarters.astype("datetime64[D]")
        level = 15_000 + 100.0 * np.arange(first.size)
        dates = np.concatenate([first, first, first])
        at = np.concatenate([_utc((quarters + 4).astype("datetime64[D]") - 1 * DAY + shift * DAY, 12.5) for shift in (0, 30, 60)])
        # the second estimate repeats the first in even quarters, so it opens no vintage there
        second = level + np.where(np.arange(first.size) % 2 == 0, 0.0, 7.125)
        meta = {"title": "Gross Domestic Product", "units": "Billions of Dollars", "frequency": "Q", "season": "SA", "notes": "n. 1/2"}
        yield assemble("fred", "GDP", dates, at, np.concatenate([level, second, second + 3.5]), decimals=3, meta=meta)
        weekdays = np.arange("2010-01-04", np.datetime64(self.until), dtype="datetime64[D]")
        weekdays = weekdays[np.is_busday(weekdays)]
        value = 2 + np.sin(np.arange(weekdays.size) / 99)
        value[::250] = np.nan
        yield assemble("fred", "DGS10", weekdays, _utc(weekdays + DAY, 20.25), value, decimals=2, meta={"frequency": "D"})
        yield assemble("fred", "SP500", weekdays, _utc(weekdays + DAY, 20.25), 1000 + value, decimals=2, meta={"frequency": "D"},
                       window_years=10)

    def _treasury(self):
        days = calendar("us_sifma").days("2010-01-04", self.until)
        for place, tenor in enumerate(TENORS):
            listed = days[days >= np.datetime64(SINCE.get(tenor.column, "2010-01-04"))]
            level = 1 + 0.2 * place + 0.5 * np.sin(np.arange(listed.size) / 80)
            dates, at = np.append(listed, listed[5:6]), np.append(_utc(listed, 22), _utc(listed[5:6], 23.5))
            yield assemble("us_treasury", tenor.column, dates, at, np.append(level, level[5:6] + 0.01), decimals=2)

    def _focus(self):
        surveys = self.days[self.days >= np.datetime64("2010-03-01")]
        monday = surveys + (7 - (surveys.astype("int64") + 3) % 7) * DAY
        for place, (name, smooth, base) in enumerate((n, s, b) for n in ("IPCA", "IPCA Serviços") for s in "SN" for b in "01"):
            median = np.round(4 + 0.1 * place + np.sin(np.arange(surveys.size) / 90), 4)
            extra = {"mean": median + 0.0123, "sd": np.full(surveys.size, 0.25), "min": median - 1, "max": median + 1,
                     "respondents": np.full(surveys.size, 100 + place)}
            yield assemble("bcb_focus", f"{name}|{smooth}|{base}", surveys, _utc(monday, 11.5), median, decimals=4, extra=extra)

    def _sidra(self):
        """Prices of two categories, an index, quarters, a moving quarter, and industry whose months are printed twice."""
        months = np.arange("2020-01", np.datetime64(self.until, "M"), dtype="datetime64[M]")
        first, out = months.astype("datetime64[D]"), _utc((months + 1).astype("datetime64[D]") + 9 * DAY, 12)
        wave = np.round(0.4 + 0.3 * np.sin(np.arange(months.size)), 2)
        for code, change, weight in ((7169, wave, 100.0), (7170, wave + 0.1, 21.5)):
            yield assemble("ibge_sidra", f"t7060/v63/c315/{code}", first, out, change, decimals=2)
            yield assemble("ibge_sidra", f"t7060/v66/c315/{code}", first, out, np.full(months.size, weight), decimals=4)
        yield assemble("ibge_sidra", "t1737/v63", first, out, wave, decimals=2)
        yield assemble("ibge_sidra", "t1737/v2266", first, out, 5000 + 10 * np.arange(months.size), decimals=2)
        yield assemble("ibge_sidra", "t1737/v2265", first[12:], out[12:], wave[12:], decimals=2)
        quarters = first[::3]
        yield assemble("ibge_sidra", "t5932/v6561/c11255/90707", quarters, _utc(quarters + 152 * DAY, 12), wave[::3], decimals=1)
        yield assemble("ibge_sidra", "t6381/v4099", first, out + 20 * DAY, 8 + wave, decimals=1)
        twice, again = np.concatenate([first, first]), np.concatenate([out + 25 * DAY, out + 55 * DAY])
        level = np.concatenate([100 + wave, 100.5 + wave])
        yield assemble("ibge_sidra", "t8888/v12607/c544/129314", twice, again, level, decimals=5)

    def _bulletins(self):
        """Windows at 13:04, 14:04 and 15:04 UTC, the last one and the close a quarter of a second apart at 16:10:30."""
        seconds = np.array([13 * 3600 + 240, 14 * 3600 + 240, 15 * 3600 + 240, 16 * 3600 + 630.345891, 16 * 3600 + 630.59512])
        at = self.days.astype("datetime64[us]")[:, None] + np.round(seconds * 1e6).astype("timedelta64[us]")
        usd = np.round(self.spot[:, None] + np.array([-0.01, 0.01, 0.02, -0.02, 0.0]), 4)
        parity = {one: np.full(usd.shape, 1.0 if one == "USD" else 1.1 + 0.1 * n) for n, one in enumerate(TYPES)}
        sell = {one: np.round(usd * parity[one] if kind == "B" else usd / parity[one], 5) for one, kind in TYPES.items()}
        return Bulletins(self.days, at, {one: side - 0.0006 for one, side in sell.items()}, sell, parity, parity)

    def _exchange(self):
        sessions = calendar("b3").days("2010-01-04", self.until)

        def spot(day):
            return self.spot[np.searchsorted(self.days, day)]

        def ptax_previous(day):
            return np.round(self.spot[np.searchsorted(self.days, day) - 1], 4)

        def times(day):
            number = int(np.searchsorted(sessions, day))
            later = sessions[number + 1] if number + 1 < sessions.size else day + DAY
            corrected = _utc(later, 14) if number % CORRECTED_EVERY == 7 else None
            return SessionTimes(_utc(day, 22.5), _utc(day, 22.75), corrected)

        def settlements(day, corrected=True):
            shift = 0.004 if not corrected and times(day).corrected_at is not None else 0.0
            today = _settled(day, shift, float(spot(day)), float(ptax_previous(day)))
            eve = sessions[int(np.searchsorted(sessions, day)) - 1]
            before = _settled(eve, 0.0, float(spot(eve)), float(ptax_previous(eve)))
            previous = {row["symbol"]: row for row in before}
            for row in today:
                old = previous.get(row["symbol"])
                row["previous_rate"], row["previous"] = (old["rate"], old["settlement"]) if old else (None, None)
            return pl.DataFrame(today, schema=SETTLEMENTS)

        return SimpleNamespace(sessions=sessions, spot=spot, ptax_previous=ptax_previous, settlements=settlements, times=times)


def _settled(day, shift, spot, ptax):
    """Contracts of the first business day of the next months, and of two Januaries; DAP on the 15th."""
    br, rows = calendar("br"), []
    months = [np.datetime64(day, "M") + n for n in (1, 2, 3, 4)]
    januaries = [np.datetime64(f"{np.datetime64(day, 'Y').astype(int) + 1970 + n}-01") for n in (1, 2)]
    listed = sorted({*months, *januaries})
    dirty = {}
    for month in listed:
        expiry = br.following(month.astype("datetime64[D]"), as_of=day)
        du, dc = int(br.business_days(day, expiry)), int((expiry - day) / DAY)
        code = f"{MONTHS[int(month.astype(int)) % 12]}{str(month)[2:4]}"
        rate = round(10 + 0.002 * du + shift, 3)
        cupom = round(((ptax / spot) * (1 + 0.05 * dc / 360) - 1) * 36000 / dc, 3)
        dirty[month] = (cupom, dc)
        dol = round(1000 * ptax * (1 + rate / 100) ** (du / 252) / (1 + cupom / 100 * dc / 360), 3)
        if month == listed[0]:
            dol = round(1000 * spot * (1 + rate / 100) ** (du / 252) / (1 + 0.05 * dc / 360), 3)
        rows += [
            _row(f"DI1{code}", expiry, du, dc, rate, round(100_000 / (1 + rate / 100) ** (du / 252), 2), 1000 + du),
            _row(f"DDI{code}", expiry, du, dc, cupom, round(100_000 / (1 + cupom / 100 * dc / 360), 2), 500),
            _row(f"DOL{code}", expiry, du, dc, None, dol, None), _row(f"WDO{code}", expiry, du, dc, None, dol, 9),
        ]
        short = next(m for m in listed if int(br.business_days(day, br.following(m.astype("datetime64[D]")))) >= 3)
        if month > short:
            (low, low_dc), (high, high_dc) = dirty[short], dirty[month]
            forward = ((1 + high / 100 * high_dc / 360) / (1 + low / 100 * low_dc / 360) - 1) * 36000 / (high_dc - low_dc)
            rows.append(_row(f"FRC{code}", expiry, du, dc, round(forward, 2), None, None))
        middle = br.following(month.astype("datetime64[D]") + 14 * DAY, as_of=day)
        du = int(br.business_days(day, middle))
        real = round(6 - 0.001 * du, 3)
        rows.append(_row(f"DAP{code}", middle, du, int((middle - day) / DAY), real, round(100_000 / (1 + real / 100) ** (du / 252), 2), 70))
    return sorted(rows, key=lambda row: (row["family"], row["maturity_date"]))


def _row(symbol, maturity, du, dc, rate, settlement, open_interest):
    return {
        "symbol": symbol, "family": symbol[:3], "maturity_date": maturity.item(), "du": du, "dc": dc, "rate": rate,
        "settlement": settlement, "previous_rate": None, "previous": None, "open_interest": open_interest,
    }
