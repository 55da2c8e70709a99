"""B3, files of its search by session beside the price report (`pesquisapregao/download?filelist=`), zip in zip.

`TSyymmdd.ex_` reference rates, `REyymmdd.ex_` premiums, `SVyymmdd.ex_` volatilities and `IDyymmdd.ex_` indicators from 2010;
`BFyymmdd.ex_`, the bulletin, until the price report begins in 2018. All are out with that report, and come again the next business day
where settlements are corrected (TS, BF). A date without session, or whose file is not out, answers 200 with a zip that holds nothing.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.sandbox.render._b3_bulletin import MEMBER as BULLETIN
from pipelines.sandbox.render._b3_bulletin import spell_bulletin
from pipelines.sandbox.render._b3_container import File, day_of, download, packed
from pipelines.sandbox.render._b3_indicators import MEMBER as INDICATORS
from pipelines.sandbox.render._b3_indicators import spell_indicators
from pipelines.sandbox.render._b3_options import PREMIO, SURFACE, spell_premiums, spell_surface
from pipelines.sandbox.render._b3_rates import MEMBER as RATES
from pipelines.sandbox.render._b3_rates import spell_rates
from pipelines.sandbox.render.b3 import FIRST_DAY as REPORT_BEGINS
from pipelines.sandbox.view import View, as_datetime, as_instant
from pipelines.sandbox.wire import Answer, Call, not_found
from pipelines.sandbox.world.exchange_files import ExchangeFiles

SOURCE = "b3_files"
_PATH = "/pesquisapregao/download"
_FILE = re.compile(r"(TS|RE|SV|ID|BF)(\d{6})\.ex_")


@dataclass(frozen=True)
class Session:
    """A session whose file is asked for: as first settled, or as corrected, and when the file was put there."""

    view: View
    day: np.datetime64
    corrected: bool
    stamped_at: np.datetime64

    @property
    def settlements(self) -> pl.DataFrame:
        return self.view.archive.settlements(self.day, corrected=self.corrected)

    @property
    def files(self) -> ExchangeFiles:
        return self.view.archive.exchange_files


def _rates(of: Session) -> bytes:
    settlements = of.settlements
    return spell_rates(of.files.rates(of.day, settlements))


def _bulletin(of: Session) -> bytes:
    return spell_bulletin(of.settlements, of.view.seed, of.day, as_datetime(of.stamped_at))


# Name in the zip, whether a correction brings it again, and what it holds.
KINDS: Mapping[str, tuple[str, bool, Callable[[Session], bytes]]] = {
    "TS": (RATES, True, _rates), "BF": (BULLETIN, True, _bulletin),
    "RE": (PREMIO, False, lambda of: spell_premiums(of.day, of.files.premiums(of.day))),
    "SV": (SURFACE, False, lambda of: spell_surface(of.day, of.files.surface(of.day))),
    "ID": (INDICATORS, False, lambda of: spell_indicators(of.files.indicators(of.day))),
}
ROUTES = tuple(f"{_PATH}?filelist={kind}{{yymmdd}}.ex_" for kind in KINDS)


def key(call: Call) -> str:
    """The files asked for."""
    return call.params.get("filelist", "").strip(",")


def answer(call: Call, view: View) -> Answer:
    found = [_FILE.fullmatch(name) for name in key(call).split(",")]
    if call.route.rstrip("/") != _PATH or None in found:
        return not_found(call, ROUTES)
    asked = [(match[0], match[1], day_of(match[2])) for match in found if match is not None]
    return download([(name, file_at(view, kind, day)) for name, kind, day in asked if day is not None])


def file_at(view: View, kind: str, day: np.datetime64) -> File | None:
    """The file of a session at the clock; None where there is none."""
    times, now = view.times(day), as_instant(view.now)
    if times is None or times.published_at > now or (kind == "BF" and day >= REPORT_BEGINS):
        return None
    member, comes_again, spell = KINDS[kind]
    corrected = comes_again and times.corrected_at is not None and bool(times.corrected_at <= now)
    at = times.corrected_at if corrected and times.corrected_at is not None else times.published_at
    session = Session(view, day, corrected, at)
    content = view.files.get((SOURCE, kind, str(day), str(at)), lambda: packed([(member, spell(session), as_datetime(at))], stored=False))
    return File(content, as_datetime(at))
