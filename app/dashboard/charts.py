"""Charts in one hand: Okabe-Ito colours, units on every axis, a finding for a title, hover with dates and knowledge times."""

from collections.abc import Sequence

import altair as alt
import polars as pl

# Okabe-Ito: told apart by people with any colour vision; meaning is never in the colour alone
BRAZIL, UNITED_STATES, MODEL, MARKET = "#0072B2", "#E69F00", "#000000", "#999999"
WARNING, BREACH, GAIN = "#E69F00", "#D55E00", "#009E73"
SERIES = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#000000"]


def lines(frame: pl.DataFrame, *, x: str, y: str, colour: str | None, y_title: str, y_format: str, tooltip: Sequence[str]) -> alt.Chart:
    """Lines over dates; `y_title` carries the unit."""
    chart = alt.Chart(frame.to_arrow()).mark_line(strokeWidth=1.6)
    encodings = {
        "x": alt.X(f"{x}:T", title=None, axis=alt.Axis(format="%Y-%m-%d", labelOverlap=True, tickCount=6)),
        "y": alt.Y(f"{y}:Q", title=y_title, axis=alt.Axis(format=y_format), scale=alt.Scale(zero=False)),
        "tooltip": list(tooltip),
    }
    if colour:
        encodings["color"] = alt.Color(f"{colour}:N", title=None, scale=alt.Scale(range=SERIES), legend=alt.Legend(orient="top"))
    return chart.encode(**encodings).properties(height=240)


def bars(frame: pl.DataFrame, *, category: str, value: str, title: str, value_format: str = ",.0f") -> alt.LayerChart:
    """Horizontal bars around zero, sorted, each with its number in ink."""
    base = alt.Chart(frame.to_arrow()).encode(
        y=alt.Y(f"{category}:N", title=None, sort=alt.SortField(value, order="descending"), axis=alt.Axis(labelLimit=240)),
        x=alt.X(f"{value}:Q", title=title, axis=alt.Axis(format=value_format)),
        tooltip=[f"{category}:N", alt.Tooltip(f"{value}:Q", format=value_format, title=title)],
    )
    sign = alt.condition(f"datum['{value}'] < 0", alt.value(BREACH), alt.value(BRAZIL))
    drawn = base.mark_bar(height={"band": 0.7}).encode(color=sign)
    numbers = base.mark_text(align="left", dx=4).encode(text=alt.Text(f"{value}:Q", format=f"+{value_format}"))
    return (drawn + numbers).properties(height=alt.Step(26))


def gauges(frame: pl.DataFrame, *, name: str, used: str) -> alt.LayerChart:
    """Use of each limit: bars to 100 %, the warning at 80 % and the limit as lines."""
    base = alt.Chart(frame.to_arrow()).encode(y=alt.Y(f"{name}:N", title=None, sort=None, axis=alt.Axis(labelLimit=240)))
    colour = alt.condition(
        f"datum['{used}'] >= 1", alt.value(BREACH), alt.condition(f"datum['{used}'] >= 0.8", alt.value(WARNING), alt.value(BRAZIL))
    )
    drawn = base.mark_bar(height={"band": 0.6}).encode(
        x=alt.X(f"{used}:Q", title="use of limit, %", axis=alt.Axis(format=".0%"), scale=alt.Scale(domainMin=0, domainMax=1.25, clamp=True)),
        color=colour,
        tooltip=list(frame.columns),
    )
    marks = pl.DataFrame({"at": [0.8, 1.0]})
    rules = alt.Chart(marks.to_arrow()).mark_rule(strokeDash=[4, 3], color=MARKET).encode(x="at:Q")
    numbers = base.mark_text(align="left", dx=4).encode(x=alt.X(f"{used}:Q"), text=alt.Text(f"{used}:Q", format=".0%"))
    return (drawn + rules + numbers).properties(height=alt.Step(30))
