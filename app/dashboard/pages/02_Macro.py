"""Macro: how hot is each theme, what did a series say and when, did surveys get it right, what surprised, what comes next?"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # Streamlit runs a page from its own folder

import polars as pl
import streamlit as st

from app.dashboard import how, macro_charts, macro_data, macro_news, macro_tables
from app.dashboard.charts import BRAZIL, UNITED_STATES
from app.dashboard.frame import Page, open_page
from app.dashboard.macro_lists import COUNTRIES, SURVEYS, THEMES
from app.dashboard.panels import count, finding, foot, missing, table
from models_py.quant.forecasts import accuracy
from models_py.quant.transforms import LABELS, Transform, transforms

SPANS = (2, 5, 10, 20)
WINDOWS = (24, 36, 60)
FIRST = "us_payrolls"  # has vintages in every world


def main() -> None:
    page = open_page("Macro")
    _heat(page)
    _explorer(page)
    left, right = st.columns(2, gap="large")
    with left:
        _surprises(page)
    with right:
        _radar(page)
    _prints(page)
    _surveys(page)


@st.fragment
def _heat(page: Page) -> None:
    head, choice = st.columns([5, 1], vertical_alignment="bottom")
    months = choice.selectbox("months", WINDOWS, index=1, key="months", bind="query-params")
    frame = macro_data.heat_map(page.release, page.known, months)
    with head:
        finding(
            macro_tables.heat_finding(frame),
            f"mean z-score of a theme's series within their own five years, at each month's end as known then; last {page.known:%Y-%m-%d}",
        )
    if len(frame):
        for column, (code, country) in zip(st.columns(2, gap="medium"), COUNTRIES.items(), strict=True):
            mine = frame.filter(pl.col("country") == code)
            with column:
                st.markdown(f"**{country}**")
                if len(mine):
                    st.altair_chart(macro_charts.heat(mine, list(THEMES)), width="stretch")
                else:
                    missing(f"No theme of {country} has three years of readings", "make run")
    else:
        missing(f"No theme has three years of readings known at {page.known:%Y-%m-%d}", "make run")
    foot(how.HEAT, frame, "heat_map")


@st.fragment
def _explorer(page: Page) -> None:
    catalogue = page.release.catalogue
    names = sorted((name for name, about in catalogue.items() if about["observations"]), key=lambda name: catalogue[name]["title"])
    if not names:
        missing("The catalogue of this release has no series with readings", "make run")
        return
    left, middle, right = st.columns([3, 2, 1])
    name = left.selectbox(
        "series",
        names,
        index=names.index(FIRST) if FIRST in names else 0,
        key="series",
        bind="query-params",
        format_func=lambda name: f"{catalogue[name]['title']} · {name}",
    )
    about = catalogue[name]
    kinds = transforms(about["unit"], about["frequency"], about["title"])
    usual = "growth_12m" if "growth_12m" in kinds else "accumulated_12m" if "accumulated_12m" in kinds else "level"
    kind: Transform = middle.selectbox(
        "as", kinds, index=kinds.index(usual), key="view", bind="query-params", format_func=LABELS.__getitem__
    )
    years = right.selectbox("years", SPANS, index=1, key="years", bind="query-params")
    found = macro_data.explore(page.release, page.known, name, kind, years)
    if not len(found.history.drop_nulls("value")):
        since = about["first_date"] or "a first release"
        missing(
            f"{name} has no {LABELS[kind]} known at {page.known:%Y-%m-%d}; its readings begin with {since}", f"macro catalogue check {name}"
        )
        return
    told = macro_tables.axis(kind, about["unit"])
    shown = told.scaled(found.history)
    colour = UNITED_STATES if name.startswith("us_") else BRAZIL
    last, late = macro_tables.last_of(page, name)
    finding(
        f"{about['title']}: {LABELS[kind]} {told.text(found.history.drop_nulls('value')['value'][-1])}, {macro_tables.revised_text(found)}",
        f"{name}, {told.unit}; {macro_tables.source_text(about)}; last {last}" + (f" · **{late}**" if late else ""),
    )
    with st.container(key="stale" if late else "fresh"):
        st.altair_chart(macro_charts.explored(shown, colour=colour, y_title=told.unit, y_format=told.format), width="stretch")
    foot(how.EXPLORER, found.history, name)
    if found.prints is None:
        st.caption(
            f"A {about['frequency']} series is read as it stands: {macro_tables.revised_text(found)}; fans are of months and quarters."
        )
        return
    left, right = st.columns(2, gap="large")
    with left:
        frame = macro_data.fan(found.prints, page.known)
        finding("What it looked like", f"{LABELS[kind]}, {told.unit}; as known now and 3, 6, 12 and 24 months before; {name}")
        st.altair_chart(macro_charts.fan(told.scaled(frame), colour=colour, y_title=told.unit, y_format=told.format), width="stretch")
        foot(how.EXPLORER, frame, f"{name}_fan")
    with right:
        frame = macro_data.revisions(found.prints, page.known)
        finding(
            macro_tables.revision_finding(frame, told),
            f"less the first print, {told.change_unit}; {name}, by period and by when it was known",
        )
        if len(frame) and frame["revision"].abs().max():
            scaled = frame.with_columns(pl.col("revision") * told.change_factor)
            st.altair_chart(
                macro_charts.revisions(scaled, title=f"revised by, {told.change_unit}", value_format=told.change_format), width="stretch"
            )
        else:
            st.caption("Nothing to draw: every period of these months stands as it was first printed.")
        foot(how.EXPLORER, frame, f"{name}_revisions")


def _surprises(page: Page) -> None:
    frame = macro_news.surprise_index(page.release, page.known, 36)
    finding(
        macro_tables.surprise_finding(frame), "surprise indices, standard deviations, half-life 45 days; hotter than expected is positive"
    )
    if not len(frame):
        missing("No headline figure has a year of prints", "make run")
    for block, told in (("prices", "Prices"), ("activity", "Activity and labour")):
        mine = frame.filter(pl.col("block") == block) if len(frame) else frame
        if len(mine):
            st.markdown(f"**{told}**")
            st.altair_chart(macro_charts.surprise(mine), width="stretch")
    foot(how.SURPRISES, frame, "surprise_index")


def _radar(page: Page) -> None:
    frame = macro_news.radar(page.release, page.known)
    finding(
        macro_tables.radar_finding(frame, page.known),
        "headline figures and committees of the next 45 days by their release rules, Brasília time; expected by survey or (model)",
    )
    if len(frame):
        table(macro_tables.radar_shown(frame), ("last", "expected"))
    else:
        missing(f"Nothing is scheduled within 45 days of {page.known:%Y-%m-%d}", "macro catalogue check")
    foot(how.RADAR, frame, "radar")


def _prints(page: Page) -> None:
    frame = macro_news.prints(page.release, page.known, 48)
    recent = frame.head(16)
    if not len(recent):
        return
    assumed = int((recent["availability"] == "assumed").sum())
    finding(
        macro_tables.print_finding(recent),
        "headline figures as first printed, what was expected of them, and the surprise in deviations of those before it"
        + (f"; {count(assumed, 'print')} at an assumed time, from files without vintages" if assumed else ""),
    )
    table(macro_tables.prints_shown(recent), ("print", "expected", "surprise", "z"), (recent["availability"] == "assumed").to_list())
    foot(how.SURPRISES, frame, "prints")


@st.fragment
def _surveys(page: Page) -> None:
    there = {asked.title: asked for asked in SURVEYS if asked.survey in page.release.catalogue and asked.outcome in page.release.catalogue}
    if not there:
        finding("Focus against outcomes", "the surveys of the central bank")
        missing("This release has no survey of Focus", "macro ingest --source bcb_focus")
        return
    left, right = st.columns([4, 2], vertical_alignment="bottom")
    asked = there[right.selectbox("survey", list(there), key="survey", bind="query-params")]
    frame = macro_news.survey_against_outcome(page.release, page.known, asked, 10)
    made = accuracy(frame["forecast"].to_numpy(), frame["outcome"].cast(pl.Float64).to_numpy()) if len(frame) else None
    told = macro_tables.axis("level", page.release.catalogue[asked.outcome]["unit"])
    with left:
        title = f"Focus, {asked.title}: {macro_tables.accuracy_finding(made, told)}"
        finding(title, f"median of the last survey of each month, {told.unit}; {asked.survey} against {asked.outcome}; outcome less survey")
    if len(frame):
        st.altair_chart(macro_charts.forecast(told.scaled(frame), y_title=told.unit, y_format=told.format), width="stretch")
    else:
        missing(f"No survey of {asked.survey} was known at {page.known:%Y-%m-%d}", "macro ingest --source bcb_focus")
    foot(how.SURVEYS, frame, asked.survey)


main()
