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
    drawn: alt.Chart = chart.encode(**encodings).properties(height=240)
    return drawn


def bars(frame: pl.DataFrame, *, category: str, value: str, title: str, value_format: str = ",.0f") -> alt.LayerChart:
    """Horizontal bars around zero, sorted, each with its number in ink."""
    base = alt.Chart(frame.to_arrow()).encode(
        y=alt.Y(f"{category}:N", title=None, sort=alt.SortField(value, order="descending"), axis=alt.Axis(labelLimit=240)),
        x=alt.X(f"{value}:Q", title=title, axis=alt.Axis(format=value_format, tickCount=6), scale=alt.Scale(padding=40)),
        tooltip=[f"{category}:N", alt.Tooltip(f"{value}:Q", format=value_format, title=title)],
    )
    sign = alt.condition(f"datum['{value}'] < 0", alt.value(BREACH), alt.value(BRAZIL))
    drawn = base.mark_bar(height={"band": 0.7}).encode(color=sign)
    text = alt.Text(f"{value}:Q", format=f"+{value_format}")
    gains = base.transform_filter(f"datum['{value}'] >= 0").mark_text(align="left", dx=4).encode(text=text)
    losses = base.transform_filter(f"datum['{value}'] < 0").mark_text(align="right", dx=-4).encode(text=text)
    layered: alt.LayerChart = (drawn + gains + losses).properties(height=alt.Step(26))
    return layered


def gauges(frame: pl.DataFrame, *, name: str, used: str, status: str) -> alt.LayerChart:
    """Use of each limit: bars to 100 %, the warning at 80 % and the limit as lines; the number says what the colour says."""
    base = alt.Chart(frame.to_arrow()).encode(y=alt.Y(f"{name}:N", title=None, sort=None, axis=alt.Axis(labelLimit=260)))
    scale = alt.Scale(domain=["ok", "warn", "breach"], range=[BRAZIL, WARNING, BREACH])
    across = alt.X(f"{used}:Q", title="use of limit", axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1.25], clamp=True))
    drawn = base.mark_bar(height={"band": 0.6}).encode(
        x=across,
        color=alt.Color(f"{status}:N", title=None, scale=scale, legend=None),
        tooltip=list(frame.columns),
    )
    marks = pl.DataFrame({"at": [0.8, 1.0]})
    rules = alt.Chart(marks.to_arrow()).mark_rule(strokeDash=[4, 3], color=MARKET).encode(x="at:Q")
    numbers = base.mark_text(align="left", dx=4).encode(x=across, text=alt.Text(f"{used}:Q", format=".0%"))
    layered: alt.LayerChart = (drawn + rules + numbers).properties(height=alt.Step(30))
    return layered


def curve(frame: pl.DataFrame) -> alt.Chart:
    """Zero curves by maturity, the newest first: it is solid, older ones are dashed."""
    names = frame["curve"].unique(maintain_order=True).to_list()
    drawn: alt.Chart = (
        alt.Chart(frame.to_arrow())
        .mark_line(point=alt.OverlayMarkDef(size=18), strokeWidth=1.6)
        .encode(
            x=alt.X("years:Q", title="years (252 business days)", axis=alt.Axis(format=".0f")),
            y=alt.Y("rate:Q", title="% a.a. 252", scale=alt.Scale(zero=False), axis=alt.Axis(format=".2f")),
            color=alt.Color(
                "curve:N",
                title=None,
                scale=alt.Scale(domain=names, range=[BRAZIL, MARKET]),
                legend=alt.Legend(orient="top", labelLimit=240),
            ),
            strokeDash=alt.StrokeDash("curve:N", legend=None, scale=alt.Scale(domain=names, range=[[1, 0], [5, 4]])),
            tooltip=[
                alt.Tooltip("years:Q", format=".2f"),
                alt.Tooltip("rate:Q", format=".3f"),
                "curve:N",
                "reference_date:T",
                "available_at:T",
            ],
        )
        .properties(height=240)
    )
    return drawn
