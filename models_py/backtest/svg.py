"""Charts as static SVG: no script, no network, the same on paper. Lines over dates with units on the axis.

Colours are Okabe-Ito, told apart by any colour vision; each line also carries its name at its end.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from html import escape
from math import ceil, floor, isfinite, log10

import numpy as np
from numpy.typing import NDArray

COLOURS = ("#000000", "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
WIDTH, HEIGHT = 760, 250
LEFT, RIGHT, TOP, BOTTOM = 62, 150, 14, 26
POINTS = 700                     # a line has no more points than the page can show
GREY = "#999999"

Dates = NDArray[np.datetime64]
Vector = NDArray[np.float64]
Place = Callable[[float], float]


def lines(
    dates: Dates,
    series: Mapping[str, Vector],
    *,
    unit: str,
    percent: bool = True,
    fill: bool = False,
    height: int = HEIGHT,
    colours: Mapping[str, str] | None = None,
) -> str:
    """Lines over dates.

    Args:
        series: name to values, NaN leaves a gap.
        percent: values are decimals, shown times 100.  fill: shade between the first line and zero.
        colours: by name, so that a line keeps its colour from chart to chart.
    """
    values = [v[np.isfinite(v)] for v in series.values()]
    everything = np.concatenate([np.zeros(1), *values])
    ticks = _ticks(float(everything.min()), float(everything.max()))
    low, high = ticks[0], ticks[-1]
    days = dates.astype("datetime64[D]").astype(np.int64)

    start, span = int(days[0]), max(1, int(days[-1] - days[0]))

    def x(day: float) -> float:
        return LEFT + (day - start) / span * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return TOP + (high - value) / (high - low) * (height - TOP - BOTTOM)

    parts = [_grid(ticks, y, unit, percent, height), _years(days, x, height)]
    ends = []
    for number, (name, column) in enumerate(series.items()):
        colour = (colours or {}).get(name, COLOURS[number % len(COLOURS)])
        for run in _runs(column):
            path = " ".join(f"{x(int(days[k])):.1f},{y(float(column[k])):.1f}" for k in run)
            if fill and number == 0:
                base = f"{x(int(days[run[-1]])):.1f},{y(0.0):.1f} {x(int(days[run[0]])):.1f},{y(0.0):.1f}"
                parts.append(f'<polygon points="{path} {base}" fill="{colour}" fill-opacity="0.15"/>')
            parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{1.8 if number == 0 else 1.3}"/>')
        last = column[np.isfinite(column)]
        if len(last):
            ends.append((y(float(last[-1])), name, colour))
    parts += _labels(ends)
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'


def bars(labels: Sequence[str], values: Sequence[float], *, unit: str) -> str:
    """Horizontal bars around zero, each with its number."""
    step, pad, number = 24, 230, 60                # of labels at the left, and of a number at either side
    size = max((abs(v) for v in values), default=1.0) or 1.0
    reach = (WIDTH - pad - 2 * number) / 2
    middle = pad + number + reach
    parts = []
    for k, (label, value) in enumerate(zip(labels, values, strict=True)):
        length, top = abs(value) / size * reach, k * step + 4
        left = middle if value >= 0 else middle - length
        parts.append(f'<text x="{pad - 8}" y="{top + 12}" text-anchor="end">{escape(label)}</text>')
        parts.append(f'<rect x="{left:.1f}" y="{top}" width="{length:.1f}" height="15" fill="{COLOURS[1] if value >= 0 else COLOURS[6]}"/>')
        at, anchor = (middle + length + 5, "start") if value >= 0 else (middle - length - 5, "end")
        parts.append(f'<text x="{at:.1f}" y="{top + 12}" text-anchor="{anchor}">{value * 100:+.2f}</text>')
    height = len(labels) * step + 22
    parts.append(f'<line x1="{middle}" x2="{middle}" y1="0" y2="{height - 20}" stroke="{GREY}"/>')
    parts.append(f'<text x="{middle}" y="{height - 4}" text-anchor="middle" fill="{GREY}">{escape(unit)}</text>')
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'


def _ticks(low: float, high: float) -> list[float]:
    """Round values that span what is drawn."""
    span = high - low
    if not (isfinite(span) and span > 0):
        return [-1.0, 0.0, 1.0]
    raw = span / 4
    unit = 10.0 ** floor(log10(raw))
    step = next(m * unit for m in (1, 2, 2.5, 5, 10) if m * unit >= raw)
    return [round(k * step, 12) for k in range(floor(low / step), ceil(high / step) + 1)]


def _grid(ticks: list[float], y: Place, unit: str, percent: bool, height: int) -> str:
    out = []
    step = abs(ticks[1] - ticks[0]) * (100 if percent else 1)
    digits = next(n for n in range(15) if abs(round(step, n) - step) < 1e-6 * step)              # a step of 2.5 is not 2, 5, 8
    for tick in ticks:
        shown = f"{tick * (100 if percent else 1):.{digits}f}"
        ink = "#444444" if abs(tick) < 1e-12 else "#e3e3e3"
        out.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(tick):.1f}" y2="{y(tick):.1f}" stroke="{ink}"/>')
        out.append(f'<text x="{LEFT - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">{shown}</text>')
    middle = (height - BOTTOM + TOP) / 2
    out.append(f'<text transform="translate(13 {middle:.0f}) rotate(-90)" text-anchor="middle" fill="{GREY}">{escape(unit)}</text>')
    return "".join(out)


def _years(days: NDArray[np.int64], x: Place, height: int) -> str:
    first, last = (np.datetime64(int(day), "D").item() for day in (days[0], days[-1]))
    if last.year - first.year >= 3:
        every = max(1, (last.year - first.year) // 8)
        marks = [(date(year, 1, 1), str(year)) for year in range(first.year + 1, last.year + 1, every)]
    else:
        months = [date(first.year + m // 12, m % 12 + 1, 1) for m in range(first.month, first.month + 40)]
        inside = [month for month in months if first < month <= last]
        marks = [(month, f"{month:%Y-%m}") for month in inside[:: len(inside) // 7 + 1]]
    out = []
    for day, label in marks:
        at = x(int(np.datetime64(day, "D").astype(np.int64)))
        out.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{height - BOTTOM}" stroke="#eeeeee"/>')
        out.append(f'<text x="{at:.1f}" y="{height - 8}" text-anchor="middle">{label}</text>')
    return "".join(out)


def _runs(column: Vector) -> list[list[int]]:
    """Rows to draw, thinned, in runs without a gap."""
    rows = np.unique(np.linspace(0, len(column) - 1, min(POINTS, len(column))).round().astype(int)) if len(column) else np.array([], int)
    runs: list[list[int]] = [[]]
    for row in rows.tolist():
        if np.isfinite(column[row]):
            runs[-1].append(row)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]


def _labels(ends: list[tuple[float, str, str]]) -> list[str]:
    """Names at the lines' ends, moved apart where they would overlap."""
    out, before = [], -99.0
    for at, name, colour in sorted(ends):
        place = max(at, before + 13)
        out.append(f'<text x="{WIDTH - RIGHT + 6}" y="{place + 4:.1f}" fill="{colour}">{escape(name)}</text>')
        before = place
    return out
