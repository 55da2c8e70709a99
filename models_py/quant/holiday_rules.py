"""Public rules of the holiday calendars, and the seed they generate.

    python -m models_py.quant.holiday_rules > dbt_project/seeds/holidays.csv

A row says from when to when the date was on its market's list, both ends included, so that a count made in the past uses the
list of its day. Weekend holidays are listed, as ANBIMA lists them; they change no count.

Markets: `br` national (ANBIMA, BUS/252), `b3` sessions, `us_sifma` bonds, `us_nyse`, `us_cme` Globex, `target` (ECB).
"""

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

ALWAYS, FOREVER = date(1900, 1, 1), date(9999, 12, 31)
FIRST_YEAR, LAST_YEAR, LAST_YEAR_ELSEWHERE = 1990, 2099, 2060


class Holiday(NamedTuple):
    """One row of the seed."""

    market: str
    day: date
    known_from: date
    known_until: date
    name: str


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    k = (32 + 2 * e + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)


def weekday_of_month(year: int, month: int, weekday: int, n: int) -> date:
    """The n-th such weekday (0 = Monday) of a month; n = -1 is the last."""
    if n > 0:
        first = date(year, month, 1)
        return first + timedelta((weekday - first.weekday()) % 7 + 7 * (n - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(1)
    return last - timedelta((last.weekday() - weekday) % 7)


def brazil(year: int) -> Iterator[tuple[date, str]]:
    """National holidays but 20 November. Ash Wednesday, 24 and 31 December are business days."""
    feast = easter(year)
    yield date(year, 1, 1), "Confraternização Universal"
    yield feast - timedelta(48), "Carnaval"
    yield feast - timedelta(47), "Carnaval"
    yield feast - timedelta(2), "Paixão de Cristo"
    yield date(year, 4, 21), "Tiradentes"
    yield date(year, 5, 1), "Dia do Trabalho"
    yield feast + timedelta(60), "Corpus Christi"
    yield date(year, 9, 7), "Independência"
    yield date(year, 10, 12), "Nossa Senhora Aparecida"
    yield date(year, 11, 2), "Finados"
    yield date(year, 11, 15), "Proclamação da República"
    yield date(year, 12, 25), "Natal"


# Law 14.759 of 21 December 2023: prices of 22 December still used the old list, those of the 26th the new one.
CONSCIENCE_FROM, CONSCIENCE_KNOWN = 2024, date(2023, 12, 26)
# B3 stayed open on São Paulo's own holidays from 2022 on; in 2020 the city had moved two of them to May.
LAST_YEAR_OF_CITY_HOLIDAYS, MOVED_IN_2020 = 2021, 2020


def b3(year: int) -> Iterator[tuple[date, str]]:
    """Days without a session that are not national: São Paulo's own until 2021, Christmas Eve, the last weekday of the year."""
    if year <= LAST_YEAR_OF_CITY_HOLIDAYS:
        yield date(year, 1, 25), "Aniversário de São Paulo"
        if year >= 1998 and year != MOVED_IN_2020:
            yield date(year, 7, 9), "Revolução Constitucionalista"
        if year >= 2006 and year != MOVED_IN_2020:
            yield date(year, 11, 20), "Consciência Negra (São Paulo)"
    yield date(year, 12, 24), "Véspera de Natal"
    last = date(year, 12, 31)
    while last.weekday() > 4:
        last -= timedelta(1)
    yield last, "Último dia útil do ano"


def _observed(day: date, *, saturday: bool) -> date:
    """Sunday moves to Monday; Saturday moves to Friday where that market does so."""
    if day.weekday() == 6:
        return day + timedelta(1)
    return day - timedelta(1) if saturday and day.weekday() == 5 else day


def united_states(year: int) -> Iterator[tuple[date, str]]:
    """Holidays that bonds and equities share. New Year on a Saturday is not moved into the old year."""
    yield _observed(date(year, 1, 1), saturday=False), "New Year"
    if year >= 1998:
        yield weekday_of_month(year, 1, 0, 3), "Martin Luther King"
    yield weekday_of_month(year, 2, 0, 3), "Presidents"
    yield weekday_of_month(year, 5, 0, -1), "Memorial"
    if year >= 2022:
        yield _observed(date(year, 6, 19), saturday=True), "Juneteenth"
    yield _observed(date(year, 7, 4), saturday=True), "Independence"
    yield weekday_of_month(year, 9, 0, 1), "Labor"
    yield weekday_of_month(year, 11, 3, 4), "Thanksgiving"
    yield _observed(date(year, 12, 25), saturday=True), "Christmas"


def sifma(year: int) -> Iterator[tuple[date, str]]:
    """Full closes of the bond market. On a Good Friday with an employment report (first Friday of April) it opens until noon."""
    yield from united_states(year)
    if 1986 <= year < 1998:
        yield weekday_of_month(year, 1, 0, 3), "Martin Luther King"
    good_friday = easter(year) - timedelta(2)
    if year < 1996 or good_friday.month == 3 or good_friday.day > 7:
        yield good_friday, "Good Friday"
    yield weekday_of_month(year, 10, 0, 2), "Columbus"
    yield _observed(date(year, 11, 11), saturday=False), "Veterans"


def nyse(year: int) -> Iterator[tuple[date, str]]:
    yield from united_states(year)
    yield easter(year) - timedelta(2), "Good Friday"


def cme(year: int) -> Iterator[tuple[date, str]]:
    """Globex: a shortened session on most United States holidays, none on these three."""
    yield _observed(date(year, 1, 1), saturday=False), "New Year"
    yield easter(year) - timedelta(2), "Good Friday"
    yield _observed(date(year, 12, 25), saturday=True), "Christmas"


def target(year: int) -> Iterator[tuple[date, str]]:
    """TARGET, from its first year: in 1999 only New Year and Christmas were common to all members."""
    if year < 1999:
        return
    yield date(year, 1, 1), "New Year"
    yield date(year, 12, 25), "Christmas"
    if year >= 2000:
        yield easter(year) - timedelta(2), "Good Friday"
        yield easter(year) + timedelta(1), "Easter Monday"
        yield date(year, 5, 1), "Labour Day"
        yield date(year, 12, 26), "Christmas Holiday"
    if year in (1999, 2001):
        yield date(year, 12, 31), "Euro changeover"


# Closes nobody could know long before: market, day, first day on which the close was known, what happened.
CLOSES = (
    *(("us_nyse", date(2001, 9, d), date(2001, 9, 11), "Attacks of 11 September") for d in (11, 12, 13, 14)),
    *(("us_sifma", date(2001, 9, d), date(2001, 9, 11), "Attacks of 11 September") for d in (11, 12)),
    ("us_nyse", date(1994, 4, 27), date(1994, 4, 25), "Mourning of President Nixon"),
    *((market, date(2004, 6, 11), date(2004, 6, 7), "Mourning of President Reagan") for market in ("us_nyse", "us_sifma")),
    *((market, date(2007, 1, 2), date(2006, 12, 28), "Mourning of President Ford") for market in ("us_nyse", "us_cme")),
    *(("us_nyse", day, date(2012, 10, 29), "Hurricane Sandy") for day in (date(2012, 10, 29), date(2012, 10, 30))),
    ("us_sifma", date(2012, 10, 30), date(2012, 10, 29), "Hurricane Sandy"),
    *((market, date(2018, 12, 5), date(2018, 12, 1), "Mourning of President Bush") for market in ("us_nyse", "us_cme")),
    *((market, date(2025, 1, 9), date(2024, 12, 30), "Mourning of President Carter") for market in ("us_nyse", "us_cme")),
)
RULES = {"us_sifma": sifma, "us_nyse": nyse, "us_cme": cme, "target": target}


def holidays() -> list[Holiday]:
    """Every row of the seed, sorted; two feasts on one day share a row."""
    rows: dict[tuple[str, date], Holiday] = {}

    def add(market: str, day: date, name: str, known_from: date = ALWAYS) -> None:
        before = rows.get((market, day))
        if before is None:
            rows[market, day] = Holiday(market, day, known_from, FOREVER, name)
        elif name not in before.name:
            rows[market, day] = before._replace(name=f"{before.name}, {name}", known_from=min(before.known_from, known_from))

    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        for day, name in brazil(year):
            add("br", day, name)
            if year <= LAST_YEAR_ELSEWHERE:
                add("b3", day, name)
        if year >= CONSCIENCE_FROM:
            add("br", date(year, 11, 20), "Consciência Negra", CONSCIENCE_KNOWN)
            if year <= LAST_YEAR_ELSEWHERE:
                add("b3", date(year, 11, 20), "Consciência Negra", CONSCIENCE_KNOWN)
        if year <= LAST_YEAR_ELSEWHERE:
            for day, name in b3(year):
                add("b3", day, name)
            for market, rule in RULES.items():
                for day, name in rule(year):
                    add(market, day, name)
    for market, day, known_from, name in CLOSES:
        add(market, day, name, known_from)
    return sorted(rows.values())


def main() -> None:
    """Write the seed to standard output."""
    lines = ["market,holiday_date,known_from,known_until,name"]
    lines += [f'{row.market},{row.day},{row.known_from},{row.known_until},"{row.name}"' for row in holidays()]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
