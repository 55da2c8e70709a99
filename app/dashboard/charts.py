"""Charts in one hand: Okabe-Ito colours, units on every axis, hover with reference dates and when a value was known."""

import altair as alt
import polars as pl

# Okabe-Ito: told apart by people with any colour vision; meaning is never in the colour alone
BRAZIL, UNITED_STATES, MARKET = "#0072B2", "#E69F00", "#999999"
WARNING, BREACH = "#E69F00", "#D55E00"
HEIGHT = 280
KNOWN = [
    alt.Tooltip("reference_date:T", title="describes", format="%Y-%m-%d"),
    alt.Tooltip("available_at:T", title="known at (UTC)", format="%Y-%m-%d %H:%M", formatType="utc"),
]


def line(frame: pl.DataFrame, *, y_title: str, y_format: str) -> alt.Chart:
    """A history by reference date; `y_title` carries the unit."""
    drawn: alt.Chart = (
        alt.Chart(frame.to_arrow())
        .mark_line(strokeWidth=1.6, color=BRAZIL)
        .encode(
            x=alt.X("reference_date:T", title=None, axis=alt.Axis(format="%Y-%m", labelOverlap=True, tickCount=8)),
            y=alt.Y("value:Q", title=y_title, axis=alt.Axis(format=y_format), scale=alt.Scale(zero=False)),
            tooltip=[alt.Tooltip("value:Q", title=y_title, format=".4f"), *KNOWN],
        )
        .properties(height=HEIGHT)
    )
    return drawn


def bars(frame: pl.DataFrame, *, category: str, value: str, title: str, value_format: str = ",.0f") -> alt.LayerChart:
    """Horizontal bars around zero in the frame's order, each with its number in ink."""
    base = alt.Chart(frame.to_arrow()).encode(
        y=alt.Y(f"{category}:N", title=None, sort=frame[category].to_list(), axis=alt.Axis(labelLimit=240)),
        x=alt.X(f"{value}:Q", title=title, axis=alt.Axis(format=value_format, tickCount=5), scale=alt.Scale(padding=44)),
        tooltip=[f"{category}:N", alt.Tooltip(f"{value}:Q", format=f"+{value_format}", title=title)],
    )
    sign = alt.condition(f"datum['{value}'] < 0", alt.value(BREACH), alt.value(BRAZIL))
    drawn = base.mark_bar(height={"band": 0.7}).encode(color=sign)
    text = alt.Text(f"{value}:Q", format=f"+{value_format}")
    gains = base.transform_filter(f"datum['{value}'] >= 0").mark_text(align="left", dx=4, color=MARKET).encode(text=text)
    losses = base.transform_filter(f"datum['{value}'] < 0").mark_text(align="right", dx=-4, color=MARKET).encode(text=text)
    layered: alt.LayerChart = (drawn + gains + losses).properties(height=alt.Step(28))
    return layered


def gauges(limits: pl.DataFrame) -> alt.LayerChart:
    """Use of each limit: bars to 100 %, the warning at 80 % and the limit as lines; the number says what the colour says."""
    told = limits.with_columns(
        pl.max_horizontal(1.0, "used").alias("beside"),
        pl.format("{} %, {}", (pl.col("used") * 100).round(0).cast(pl.Int64), "status").alias("label"),
    )  # fmt: skip
    base = alt.Chart(told.to_arrow()).encode(y=alt.Y("title:N", title=None, sort=None, axis=alt.Axis(labelLimit=260)))
    scale = alt.Scale(domain=["ok", "warn", "breach"], range=[BRAZIL, WARNING, BREACH])
    room = alt.Scale(domain=[0, 1.5 * max(told["beside"].to_list())])             # a third of the width is for the words
    across = alt.X("used:Q", title="use of limit", axis=alt.Axis(format=".0%", values=[0, 0.5, 1]), scale=room)
    drawn = base.mark_bar(height={"band": 0.6}).encode(
        x=across,
        color=alt.Color("status:N", title=None, scale=scale, legend=None),
        tooltip=[
            alt.Tooltip("title:N", title="limit"), alt.Tooltip("value:Q", title="share of NAV", format=".2%"),
            alt.Tooltip("hard:Q", title="hard limit", format=".2%"), "status:N",
        ],
    )
    marks = pl.DataFrame({"at": [0.8, 1.0]})
    rules = alt.Chart(marks.to_arrow()).mark_rule(strokeDash=[4, 3], color=MARKET).encode(x="at:Q")
    numbers = base.mark_text(align="left", dx=8, color=MARKET).encode(x=alt.X("beside:Q", scale=room), text="label:N")
    layered: alt.LayerChart = (drawn + rules + numbers).properties(height=alt.Step(30))
    return layered


def curve(frame: pl.DataFrame) -> alt.Chart:
    """Zero curves by maturity, the newest first: it is solid, older ones are dashed."""
    names = frame["curve"].unique(maintain_order=True).to_list()
    drawn: alt.Chart = (
        alt.Chart(frame.to_arrow())
        .mark_line(strokeWidth=1.8)
        .encode(
            x=alt.X("years:Q", title="years (252 business days)", axis=alt.Axis(format=".0f")),
            y=alt.Y("rate:Q", title="% a.a. 252", scale=alt.Scale(zero=False), axis=alt.Axis(format=".2f")),
            color=alt.Color(
                "curve:N",
                title=None,
                scale=alt.Scale(domain=names, range=[BRAZIL, MARKET]),
                legend=alt.Legend(orient="top", labelLimit=240, symbolType="stroke", symbolStrokeWidth=2, columns=1),
            ),
            strokeDash=alt.StrokeDash("curve:N", legend=None, scale=alt.Scale(domain=names, range=[[1, 0], [5, 4]])),
            tooltip=[alt.Tooltip("years:Q", format=".2f"), alt.Tooltip("rate:Q", title="% a.a. 252", format=".3f"), "curve:N", *KNOWN],
        )
        .properties(height=HEIGHT + 40)               # the legend takes its part
    )
    return drawn
