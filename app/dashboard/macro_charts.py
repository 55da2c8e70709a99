"""Charts of the Macro page, in the colours and manners of `charts`."""

import altair as alt
import polars as pl

from app.dashboard.charts import BRAZIL, BREACH, HEIGHT, KNOWN, MARKET, UNITED_STATES
from app.dashboard.numbers import number

DIVERGING = [BRAZIL, "#e8e8e8", BREACH]  # below, at and above the usual; the number is in the hover and the last column
FLAGS = {"Brazil": BRAZIL, "United States": UNITED_STATES}
MONTH = alt.Axis(format="%Y-%m", labelOverlap=True, tickCount=8)
TOP = alt.Legend(orient="top", title=None, labelLimit=300, symbolType="stroke", symbolStrokeWidth=2, columns=3)


def heat(frame: pl.DataFrame, themes: list[str]) -> alt.LayerChart:
    """Themes by month, in deviations; the newest in figures."""
    shown = frame.with_columns(pl.col("month").dt.strftime("%Y-%m").alias("at"))
    months = sorted(set(shown["at"]))
    marks = [month for month in months if month.endswith(("-01", "-07"))]
    base = alt.Chart(shown.to_arrow()).encode(
        x=alt.X("at:O", title=None, sort=months, axis=alt.Axis(values=marks, labelAngle=0, labelOverlap=True)),
        y=alt.Y("theme:N", title=None, sort=themes, axis=alt.Axis(labelLimit=130)),
        tooltip=[
            alt.Tooltip("theme:N"),
            alt.Tooltip("at:O", title="month"),
            alt.Tooltip("z:Q", title="deviations", format="+.2f"),
            alt.Tooltip("told:N", title="series"),
            alt.Tooltip("known_at:T", title="as known (UTC)", format="%Y-%m-%d %H:%M", formatType="utc"),
        ],
    )
    scale = alt.Scale(domain=[-3, 0, 3], range=DIVERGING, clamp=True)
    legend = alt.Legend(
        orient="bottom", title="deviations from its own five years", format="+.0f", gradientLength=180, values=[-3, 0, 3], titleLimit=300
    )
    cells = base.mark_rect(stroke=None).encode(color=alt.Color("z:Q", scale=scale, legend=legend))
    newest = shown.filter(pl.col("at") == months[-1])
    newest = newest.with_columns(pl.Series("figure", [number(z, "+.1f") for z in newest["z"]]))
    figures = (
        alt.Chart(newest.to_arrow())
        .mark_text(align="left", dx=3, color=MARKET, fontSize=11)
        .encode(
            x=alt.value("width"),
            y=alt.Y("theme:N", sort=themes),
            text="figure:N",
        )
    )
    layered: alt.LayerChart = (cells + figures).properties(height=alt.Step(24), padding={"right": 34, "left": 0, "top": 0, "bottom": 0})
    return layered


def explored(frame: pl.DataFrame, *, colour: str, y_title: str, y_format: str) -> alt.Chart:
    """A series as now known, solid; what was first printed of each period, dashed."""
    names = ["now known", "first print"]
    value = alt.Y("shown:Q", title=y_title, axis=alt.Axis(format=y_format), scale=alt.Scale(zero=False))
    kinds = [("value", names[0])] + ([("first", names[1])] if "first" in frame.columns else [])
    long = pl.concat(
        [
            frame.select("reference_date", "available_at", pl.col(column).alias("shown"), pl.lit(name).alias("which"))
            for column, name in kinds
        ]
    ).drop_nulls("shown")
    drawn: alt.Chart = (
        alt.Chart(long.to_arrow())
        .mark_line(strokeWidth=1.7)
        .encode(
            x=alt.X("reference_date:T", title=None, axis=MONTH),
            y=value,
            color=alt.Color("which:N", legend=TOP, scale=alt.Scale(domain=names, range=[colour, MARKET])),
            strokeDash=alt.StrokeDash("which:N", legend=None, scale=alt.Scale(domain=names, range=[[1, 0], [4, 3]])),
            tooltip=["which:N", alt.Tooltip("shown:Q", title=y_title, format=y_format), *KNOWN],
        )
        .properties(height=HEIGHT + 20)
    )
    return drawn


def fan(frame: pl.DataFrame, *, colour: str, y_title: str, y_format: str) -> alt.Chart:
    """Histories as they stood, the newest strongest."""
    names = frame.sort("months")["known"].unique(maintain_order=True).to_list()
    strength = [1.0, 0.75, 0.55, 0.4, 0.3][: len(names)]
    dash = [[1, 0], [8, 2], [5, 3], [3, 3], [1, 3]][: len(names)]
    drawn: alt.Chart = (
        alt.Chart(frame.to_arrow())
        .mark_line(strokeWidth=1.7, color=colour)
        .encode(
            x=alt.X("reference_date:T", title=None, axis=MONTH),
            y=alt.Y("value:Q", title=y_title, axis=alt.Axis(format=y_format), scale=alt.Scale(zero=False)),
            opacity=alt.Opacity("known:N", legend=TOP, scale=alt.Scale(domain=names, range=strength)),
            strokeDash=alt.StrokeDash("known:N", legend=TOP, scale=alt.Scale(domain=names, range=dash)),
            tooltip=[
                alt.Tooltip("known:N", title="vintage"),
                alt.Tooltip("value:Q", title=y_title, format=y_format),
                alt.Tooltip("reference_date:T", title="describes", format="%Y-%m-%d"),
            ],
        )
        .properties(height=HEIGHT + 20)
    )
    return drawn


def revisions(frame: pl.DataFrame, *, title: str, value_format: str) -> alt.Chart:
    """How far each period had moved from its first print (down), by when (across)."""
    shown = frame.with_columns(
        pl.col("known_on").dt.strftime("%Y-%m").alias("by"), pl.col("reference_date").dt.strftime("%Y-%m").alias("period")
    )
    largest = max(float(shown["revision"].abs().max() or 0.0), 1e-12)  # type: ignore[arg-type]
    scale = alt.Scale(domain=[-largest, 0, largest], range=DIVERGING)
    months = sorted(set(shown["by"]))
    drawn: alt.Chart = (
        alt.Chart(shown.to_arrow())
        .mark_rect()
        .encode(
            x=alt.X("by:O", title="as known at the end of", sort=months, axis=alt.Axis(values=months[::6], labelAngle=0)),
            y=alt.Y("period:O", title="period described", sort="descending", axis=alt.Axis(values=sorted(set(shown["period"]))[::3])),
            color=alt.Color(
                "revision:Q",
                scale=scale,
                legend=alt.Legend(orient="bottom", title=title, format=value_format, gradientLength=160, titleLimit=300),
            ),
            tooltip=[
                "period:O",
                alt.Tooltip("by:O", title="as known at the end of"),
                alt.Tooltip("revision:Q", title="revised by", format=value_format),
                alt.Tooltip("value:Q", title="stood at", format=".4f"),
            ],
        )
        .properties(height=HEIGHT)
    )
    return drawn


def surprise(frame: pl.DataFrame) -> alt.LayerChart:
    """Surprise indices of both countries around zero."""
    zero = alt.Chart(pl.DataFrame({"at": [0.0]}).to_arrow()).mark_rule(color=MARKET, strokeDash=[4, 3]).encode(y="at:Q")
    lines = (
        alt.Chart(frame.to_arrow())
        .mark_line(strokeWidth=1.8)
        .encode(
            x=alt.X("at:T", title=None, axis=MONTH),
            y=alt.Y("value:Q", title="standard deviations", axis=alt.Axis(format="+.0f")),
            color=alt.Color("country:N", legend=TOP, scale=alt.Scale(domain=list(FLAGS), range=list(FLAGS.values()))),
            strokeDash=alt.StrokeDash("country:N", legend=None, scale=alt.Scale(domain=list(FLAGS), range=[[1, 0], [6, 2]])),
            tooltip=[
                "country:N",
                alt.Tooltip("at:T", title="as of", format="%Y-%m-%d"),
                alt.Tooltip("value:Q", title="index", format="+.2f"),
            ],
        )
    )
    layered: alt.LayerChart = (zero + lines).properties(height=HEIGHT - 40)
    return layered


def forecast(frame: pl.DataFrame, *, y_title: str, y_format: str) -> alt.Chart:
    """A survey by the period it asked about, and what came."""
    names = {"forecast": "survey", "outcome": "outcome"}
    long = pl.concat(
        [frame.select("target", "surveyed", pl.col(column).alias("value"), pl.lit(name).alias("which")) for column, name in names.items()]
    ).drop_nulls("value")
    drawn: alt.Chart = (
        alt.Chart(long.to_arrow())
        .mark_line(strokeWidth=1.7, point=alt.OverlayMarkDef(size=14))
        .encode(
            x=alt.X("target:T", title="period asked about", axis=MONTH),
            y=alt.Y("value:Q", title=y_title, axis=alt.Axis(format=y_format), scale=alt.Scale(zero=False)),
            color=alt.Color("which:N", legend=TOP, scale=alt.Scale(domain=list(names.values()), range=[BRAZIL, MARKET])),
            strokeDash=alt.StrokeDash("which:N", legend=None, scale=alt.Scale(domain=list(names.values()), range=[[1, 0], [4, 3]])),
            tooltip=[
                "which:N",
                alt.Tooltip("value:Q", title=y_title, format=y_format),
                alt.Tooltip("target:T", title="asked about", format="%Y-%m-%d"),
                alt.Tooltip("surveyed:T", title="surveyed", format="%Y-%m-%d"),
            ],
        )
        .properties(height=HEIGHT)
    )
    return drawn
