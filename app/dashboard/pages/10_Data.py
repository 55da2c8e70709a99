"""Data: did it come, is it on time, is it sound, and where does this number come from?"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # Streamlit runs a page from its own folder

from datetime import date, datetime

import polars as pl
import streamlit as st

from app.dashboard import data_lineage, data_sources, data_tables, how
from app.dashboard.frame import Page, open_page
from app.dashboard.panels import count, finding, foot, missing, table
from app.releases import lake_of
from models_py.kernel.errors import LakeError, UnknownSeries
from models_py.kernel.stored import Poll

FIRST = "us_payrolls"
SHOWN = 25


def main() -> None:
    page = open_page("Data")
    lake = lake_of(page.release.settings)
    polled = data_sources.log(lake, page.known)
    _sources(page, polled)
    _perishables(page)
    _quality(page)
    _checks(page)
    _late(page)
    _lineage(page)
    _runs(page, polled)


def _sources(page: Page, polled: list[tuple[str, Poll]]) -> None:
    frame = data_sources.sources(page.release, lake_of(page.release.settings), page.known, polled)
    asked = frame.filter(pl.col("last_asked").is_not_null() | (pl.col("series") > 0))
    silent = asked.filter(pl.col("last_success").is_null())
    late, aside = int(frame["late"].sum()), int(frame["quarantined"].sum())
    told = (
        [f"{count(len(silent), 'source')} silent"] * bool(len(silent))
        + [f"{late} late series"] * bool(late)
        + [f"{aside} payloads set aside"] * bool(aside)
    )
    finding(
        f"{count(len(asked), 'source')}: {', '.join(told) or 'every one answered and is on time'}",
        f"log of polls and readings known at {page.known:%Y-%m-%d %H:%M} UTC; Brasília time; age in Brazilian business days",
    )
    if len(asked):
        numbers = ("series", "rows", "quarantine", "sessions left")
        table(data_tables.sources_shown(asked, page.known), numbers, (asked["last_success"].is_null() | (asked["late"] > 0)).to_list())
    else:
        missing(f"No source had been asked by {page.known:%Y-%m-%d}", "macro ingest")
    if aside:
        st.code("macro quarantine replay", language="bash")
    foot(how.RUNS, frame, "sources")


def _perishables(page: Page) -> None:
    now = page.known if "as_of" in st.query_params else page.release.settings.clock.now()        # a source forgets by today's clock
    frame = data_sources.perishables(lake_of(page.release.settings), now)
    if not len(frame):
        return
    first = frame.row(0, named=True)
    missed = int(frame["missed"].list.len().sum())
    finding(
        f"{count(missed, 'session')} missed: {first['source']} {first['kind']} is lost in {count(first['sessions_left'], 'session')}"
        if missed
        else f"Nothing is missed; {first['source']} {first['kind']} would first be lost, after {count(first['sessions_left'], 'session')}",
        f"what sources drop after some sessions of B3, as of {now:%Y-%m-%d %H:%M} UTC; what goes first on top",
    )
    table(data_tables.perishables_shown(frame), ("kept, sessions", "sessions left"))
    if missed:
        st.code(f"macro ingest --source {first['source']}", language="bash")
    foot(how.PERISHABLES, frame.with_columns(pl.col("missed", "lost").list.join(" ")), "perishables")


def _quality(page: Page) -> None:
    frame = data_sources.dimensions(page.release)
    if not len(frame):
        finding("Quality by source", "of the release")
        missing("This release holds no scores: it was published before they were stored", "macro build")
        return
    worst = frame.row(0, named=True)
    finding(
        f"Quality {float(page.release.manifest.quality['score']):.1f} of 100; lowest source {worst['source']}, {worst['score']:.1f}",
        f"six dimensions by source, out of 100, as measured when release {page.release.id} was published",
    )
    table(data_tables.dimensions_shown(frame), [name.replace("_", " ") for name in frame.columns if name != "source"])
    foot(how.QUALITY, frame, "quality")


def _checks(page: Page) -> None:
    frame = data_sources.checks(page.release)
    told = frame.filter(pl.col("kind").is_in(list(data_sources.TOLD)))
    identities = frame.filter(pl.col("kind") == "identity")
    failing = frame.filter(~pl.col("kind").is_in(list(data_sources.TOLD)), pl.col("status").is_in(["fail", "error", "warn"]))
    compared = int((identities["status"] != "not checked").sum())
    parts = [f"{compared} of {len(identities)} identities compared"] * bool(len(identities))
    parts += [f"{count(len(failing), 'check')} to look at" if len(failing) else "every check passes"]
    title = "; ".join(parts)
    finding(
        title[0].upper() + title[1:], "identities among figures, dbt tests and expectations at the door of this release; what fails first"
    )
    numbers = ("fails", "compared")
    if len(failing):
        table(data_tables.checks_shown(failing.head(SHOWN)), numbers)
    if len(identities):
        with st.expander(f"All {len(identities)} identities"):
            table(data_tables.checks_shown(identities), numbers)
    if len(told):
        counted = dict(told.group_by("kind").len().iter_rows())
        with st.expander(", ".join(f"{counted[kind]} {words}" for kind, words in data_sources.TOLD.items() if kind in counted)):
            table(data_tables.checks_shown(told.head(4 * SHOWN)), numbers)
    foot(how.QUALITY, frame, "checks")


def _late(page: Page) -> None:
    frame = data_sources.late_series(page.release, page.known)
    if not len(frame):
        return
    tally = ", ".join(
        f"{number} {str(status).lower()}" for status, number in frame.group_by("status", maintain_order=True).len().iter_rows()
    )
    finding(
        f"Series beyond their promise: {tally}",
        "age of the newest reading in Brazilian business days against the promise; stale: twice the promise, or ended",
    )
    with st.expander(f"{count(len(frame), 'line')}"):
        shown = frame.head(4 * SHOWN).select(
            "series_id",
            "source",
            pl.col("reference_date").cast(pl.String).alias("last date"),
            pl.col("age_bd").cast(pl.String).alias("age, bd"),
            pl.col("max_age_bd").cast(pl.String).alias("promise, bd"),
            "status",
        )
        table(shown, ("age, bd", "promise, bd"), [True] * len(shown))
    foot(how.RUNS, frame, "late_series")


@st.fragment
def _lineage(page: Page) -> None:
    catalogue = page.release.catalogue
    names = sorted(name for name, about in catalogue.items() if about["observations"])
    if not names:
        return
    left, right = st.columns([3, 1])
    name = left.selectbox(
        "number of",
        names,
        index=names.index(FIRST) if FIRST in names else 0,
        key="series",
        bind="query-params",
        format_func=lambda name: f"{catalogue[name]['title']} · {name}",
    )
    days = data_lineage.days(page.release, page.known, name)
    if not days:
        missing(
            f"Nothing of {name} was known at {page.known:%Y-%m-%d}; its readings begin with {catalogue[name]['first_date']}", "macro ingest"
        )
        return
    day = right.selectbox("describing", [str(day) for day in days], key="day", bind="query-params")
    _chain(page, name, date.fromisoformat(day))


def _chain(page: Page, name: str, day: date) -> None:
    unit = page.release.catalogue[name]["unit"]
    try:
        found = data_lineage.chain(page.release, page.known, name, day)
    except (LakeError, UnknownSeries) as error:
        finding(f"{name} of {day}: the chain is broken", f"{unit}; from gold to the bytes as received")
        st.error(str(error), icon=":material/link_off:")
        st.code(f"macro lineage {name} {day}", language="bash")
        return
    finding(
        data_lineage.verdict(found, unit), f"{name} of {day}, {unit}; every vintage known at {page.known:%Y-%m-%d %H:%M} UTC, newest first"
    )
    for step in data_lineage.shown(found, unit):
        st.markdown(f"**{step.title}**")
        table(step.rows)
    foot(how.LINEAGE, data_lineage.frame(found), f"{name}_{day}")


def _runs(page: Page, polled: list[tuple[str, Poll]]) -> None:
    frame = data_sources.runs(lake_of(page.release.settings), polled)
    if not len(frame):
        finding("No run yet", "what each run asked and got")
        missing(f"The log of polls holds no run up to {page.known:%Y-%m-%d}", "macro run")
        return
    newest = frame.row(0, named=True)
    wrong = f", {count(newest['wrong'], 'request')} went wrong" if newest["wrong"] else ", nothing went wrong"
    at: datetime = newest["at"]
    finding(
        f"Last run {at:%Y-%m-%d %H:%M} UTC: {newest['polls']:,} requests of {count(newest['sources'], 'source')}{wrong}",
        f"the last {count(len(frame), 'run')} of ingestion by outcome, with the release published next; wrong: what no retry made good",
    )
    table(data_tables.runs_shown(frame), ("sources", "requests", "ok", "unchanged", "empty", "retried", "wrong", "MB"))
    foot(how.RUNS, frame, "runs")


main()
