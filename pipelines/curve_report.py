"""A curve of a release as it was known, read by one of several methods, and the policy path that it implies."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import numpy as np
import polars as pl

from models_py.gold import AsOf, Release, open_release
from models_py.kernel import seeds
from models_py.kernel.clock import instant
from models_py.kernel.errors import ConfigError, UnknownSeries
from models_py.kernel.settings import Settings
from models_py.quant import policy_path, smooth_curve, step_curve, svensson, svensson_fit
from models_py.quant.attribution import forward_rates
from models_py.quant.checks import Floats
from models_py.quant.curve import flat_forward
from models_py.quant.errors import BadCurve
from models_py.quant.inflation import breakeven

Method = Literal["flat", "step", "smooth", "svensson", "nelson-siegel"]
COMMITTEE = {"br_di1": "copom", "br_pre": "copom", "us_ust": "fomc"}
PATH_CURVE = {"copom": "br_di1", "fomc": "us_ust"}
OVERNIGHT = {"copom": "br_cdi_spliced", "fomc": "us_short_rate"}
TARGET = {"copom": "br_selic_target"}
# nodes a path is read off: bills of less than half a year are too rough for steps of a quarter point
PATH_NODES_BD = {"copom": (1, 504), "fomc": (126, 504)}
WORST_FIT = 0.0025          # a fit that misses its nodes by more is no curve (INSTRUMENTS §9)
BREAKEVEN = "br_breakeven"


@dataclass(frozen=True)
class Nodes:
    """A curve as known: its date, nodes, how it was made and its grade."""

    curve_id: str
    reference_date: date
    tenor: Floats
    rate: Floats
    made: str
    grade: str


def curve(
    settings: Settings, release_id: str | None, curve_id: str, known: str | None, day: date | None, method: Method, tenors: list[int] | None
) -> dict[str, Any]:
    """Zero rates, discount factors and forwards of a curve at its nodes or at given tenors.

    Args:
        known: instant with offset, the release's own if none is given. day: reference date, the newest known if none is given.
    Raises:
        UnknownSeries: no such curve was known. ConfigError: an instant later than the release, or a method the curve has not.
        BadCurve: nodes that the method makes no curve of.
    """
    with open_release(settings, release_id) as release:
        at = cut(release, known)
        nodes = _breakeven(at, day, tenors) if curve_id == BREAKEVEN else read(at, curve_id, day)
        wanted = nodes.tenor if tenors is None else np.array(sorted(tenors), dtype=float)
        rates, more = _rates(nodes, wanted, method, at, release.world_id)
        factors = (1.0 + rates) ** (-wanted / 252.0)
        points = zip(wanted.astype(int).tolist(), rates.tolist(), factors.tolist(), forward_rates(wanted, rates).tolist(), strict=True)
        names = ("tenor_bd", "zero_rate", "discount_factor", "forward_rate")
        head = {"curve_id": curve_id, "reference_date": nodes.reference_date, "as_of": at.known, "release": release.id, "method": method}
        return head | {"made": nodes.made, "grade": nodes.grade} | more | {"points": [dict(zip(names, row, strict=True)) for row in points]}


def path(settings: Settings, release_id: str | None, committee: str, known: str | None, day: date | None, meetings: int) -> dict[str, Any]:
    """The rate after each of the next meetings, with the probabilities of its moves.

    Raises:
        ConfigError: no such committee, or an instant later than the release. UnknownSeries: no curve or overnight rate was known.
    """
    if committee not in PATH_CURVE:
        raise ConfigError(f"no committee {committee!r}; there are {', '.join(PATH_CURVE)}")
    with open_release(settings, release_id) as release:
        at = cut(release, known)
        nodes = read(at, PATH_CURVE[committee], day)
        first, last = PATH_NODES_BD[committee]
        near = (nodes.tenor >= first) & (nodes.tenor <= last)
        if not near.any():
            raise BadCurve(nodes.curve_id, nodes.tenor.tolist(), f"needs a node from {first} to {last} business days")
        overnight = _overnight(at, committee, nodes.reference_date)
        days = _meetings(committee, release.world_id, nodes.reference_date)
        found = policy_path.path(committee, nodes.tenor[near], nodes.rate[near], days, nodes.reference_date, overnight)[:meetings]
        above = _target_above(at, committee, nodes.reference_date)
        return {
            "committee": committee,
            "curve_id": nodes.curve_id,
            "reference_date": nodes.reference_date,
            "as_of": at.known,
            "release": release.id,
            # bills are not swaps: a path read off Treasuries stands in for one of OIS
            "grade": "proxy" if committee == "fomc" else nodes.grade,
            "overnight": overnight,
            "target": None if above is None else overnight + above,
            "meetings": [_told(meeting, above) for meeting in found],
        }


def _told(meeting: policy_path.Meeting, above: float | None) -> dict[str, Any]:
    return {
        "meeting": meeting.day,
        "effective": meeting.effective,
        "rate": meeting.rate,
        "target": None if above is None else meeting.rate + above,
        "change_bp": meeting.change * 1e4,
        "moves_bp": {f"{size * 1e4:+.0f}": chance for size, chance in meeting.moves.items()},
        "levels": {f"{level + (above or 0.0):.4f}": chance for level, chance in meeting.levels.items() if chance >= 0.005},
    }


def cut(release: Release, known: str | None) -> AsOf:
    """The release at an instant; its own where none is given.

    Raises:
        ConfigError: the instant is later than the release. NaiveCutoff: it has no offset.
    """
    published = instant(release.manifest.published_at)
    at = published if known is None else instant(known)
    if at > published:
        raise ConfigError(f"as of {at.isoformat()} is later than release {release.id}, which knows nothing of it")
    return release.as_of(at)


def read(at: AsOf, curve_id: str, day: date | None) -> Nodes:
    """Nodes of a curve of the release.

    Raises:
        UnknownSeries: none was known of it, or of that date.
    """
    rows = at.curve(curve_id, day)
    if rows.is_empty():
        raise UnknownSeries(f"nothing of curve {curve_id!r}{f' of {day}' if day else ''} was known at {at.known.isoformat()}")
    first = rows.row(0, named=True)
    tenor, rate = rows["tenor_bd"].cast(pl.Float64).to_numpy(), rows["zero_rate"].to_numpy()
    return Nodes(curve_id, first["reference_date"], tenor, rate, first["method"], first["grade"])


def _breakeven(at: AsOf, day: date | None, tenors: list[int] | None) -> Nodes:
    real = read(at, "br_real", day)
    nominal = read(at, "br_di1", real.reference_date)
    inside = (real.tenor >= nominal.tenor[0]) & (real.tenor <= nominal.tenor[-1])
    wanted = real.tenor[inside] if tenors is None else np.array(sorted(tenors), dtype=float)
    if not wanted.size:
        raise BadCurve(BREAKEVEN, real.tenor.tolist(), "no tenor that both curves have")
    sides = (flat_forward(side.tenor, side.rate, wanted, extrapolate=False) for side in (nominal, real))
    rates = breakeven(*sides)
    grade = max((nominal.grade, real.grade), key=("market", "derived", "proxy").index)
    return Nodes(BREAKEVEN, real.reference_date, wanted, rates, f"{nominal.curve_id} over {real.curve_id}, zero rates", grade)


def _rates(nodes: Nodes, at: Floats, method: Method, known: AsOf, world: str) -> tuple[Floats, dict[str, Any]]:
    readers: dict[str, Callable[[], tuple[Floats, dict[str, Any]]]] = {
        "flat": lambda: (flat_forward(nodes.tenor, nodes.rate, at), {}),
        "smooth": lambda: (smooth_curve.fit(nodes.tenor, nodes.rate).rates(at), {}),
        "step": lambda: (_steps(nodes, known, world).rates(at), {}),
        "svensson": lambda: _fitted(nodes, at, 2),
        "nelson-siegel": lambda: _fitted(nodes, at, 1),
    }
    return readers[method]()


def _steps(nodes: Nodes, at: AsOf, world: str) -> step_curve.StepCurve:
    if nodes.curve_id not in COMMITTEE:
        raise ConfigError(f"no committee moves {nodes.curve_id}: step reads {', '.join(COMMITTEE)}")
    committee = COMMITTEE[nodes.curve_id]
    starts = policy_path.effective_days(committee, _meetings(committee, world, nodes.reference_date), nodes.reference_date)
    return step_curve.fit(nodes.tenor, nodes.rate, starts, _overnight(at, committee, nodes.reference_date))


def _fitted(nodes: Nodes, at: Floats, humps: int) -> tuple[Floats, dict[str, Any]]:
    found = svensson_fit.fit(nodes.tenor, nodes.rate, humps=humps)
    if not found.valid[0]:
        raise BadCurve(nodes.curve_id, len(nodes.tenor), f"{2 * humps + 2} nodes or more make a fit, there are")
    if found.rmse[0] > WORST_FIT:
        raise BadCurve(nodes.curve_id, f"{found.rmse[0] * 1e4:.1f} bp", f"a fit may miss its nodes by {WORST_FIT * 1e4:g} bp")
    parameters = found.curve()
    return svensson.rate(parameters, at), {"rmse_bp": float(found.rmse[0] * 1e4), "parameters": parameters._asdict()}


def _meetings(committee: str, world: str, day: date) -> list[date]:
    """Meetings whose decision a curve of that day does not know: COPOM decides after the close, the FOMC before it."""
    rows = seeds.of_world("meetings", world.split(":")[0]).filter(pl.col("committee") == committee)
    days = sorted(date.fromisoformat(text) for text in rows["meeting_date"])
    return [found for found in days if (found >= day if committee == "copom" else found > day)]


def _overnight(at: AsOf, committee: str, day: date) -> float:
    """Last overnight rate known of a day, compounded yearly as the curves are: dollars are quoted simple on 360 days."""
    name = OVERNIGHT[committee]
    rows = at.history(name).filter(pl.col("reference_date") <= day, pl.col("value").is_not_null())
    if rows.is_empty():
        raise UnknownSeries(f"nothing of {name} up to {day} was known at {at.known.isoformat()}")
    rate = float(rows["value"][-1])
    return float(np.expm1(365.0 * np.log1p(rate / 360.0))) if committee == "fomc" else rate


def _target_above(at: AsOf, committee: str, day: date) -> float | None:
    """How far the target is above the overnight rate, on the last day both are known of; None for a committee without a series."""
    if committee not in TARGET:
        return None
    paid, aimed = (at.history(name).select("reference_date", "value") for name in (OVERNIGHT[committee], TARGET[committee]))
    both = paid.join(aimed, on="reference_date", suffix="_target").filter(pl.col("reference_date") <= day).drop_nulls()
    return None if both.is_empty() else round(float(both["value_target"][-1] - both["value"][-1]), 6)


def as_text(answer: dict[str, Any]) -> str:
    """An answer as lines: its head, then a line a point or meeting."""
    head = [f"{name:<16}{_plain(value)}" for name, value in answer.items() if not isinstance(value, list)]
    rows = next(value for value in answer.values() if isinstance(value, list))
    table = [{name: value for name, value in row.items() if name != "levels"} for row in rows]
    lines = [_line(list(table[0])), *(_line([_plain(value) for value in row.values()]) for row in table)] if table else []
    return "\n".join([*head, "", *lines])


def _line(cells: list[str]) -> str:
    return "  ".join(f"{cell:<15}" for cell in cells).rstrip()


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{name}:{part:.4g}" for name, part in value.items())
    return f"{value:.8g}" if isinstance(value, float) else value.isoformat() if isinstance(value, date | datetime) else str(value)
