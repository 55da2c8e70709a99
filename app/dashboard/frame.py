"""The frame every page shares: world, release, age, quality, as-of, book; one as-of in the URL rewinds them all.

A page calls `open_page(title)` first and gets what it may read: the release, cut at `known`, and the book as it stood then.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st

from app.books import BookView, book_at
from app.releases import current_release
from models_py.gold import Release
from models_py.kernel.clock import instant
from models_py.kernel.errors import LakeError, NaiveCutoff
from models_py.kernel.settings import Settings

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
BADGES = {"sandbox": ("SIMULATED", "orange"), "files": ("FILES", "blue"), "live": ("LIVE", "green")}


@dataclass(frozen=True)
class Page:
    """What a page may read. Nothing known after `known` is shown."""

    release: Release
    known: datetime
    book: BookView | None


def open_page(title: str) -> Page:
    """Set up a page, draw its header and resolve the as-of of the URL. Stops the page where there is nothing to show."""
    st.set_page_config(page_title=f"{title} · macro desk", layout="wide", initial_sidebar_state="collapsed")
    st.markdown(STYLE, unsafe_allow_html=True)
    settings = Settings()
    try:
        release = current_release(settings)
    except LakeError as error:
        st.title(title)
        st.info(f"No release yet. {error}", icon=":material/hourglass_empty:")
        st.code("make run", language="bash")
        st.stop()
    known = _as_of(release)
    book = book_at(settings, known)
    _header(title, settings, release, known, book)
    return Page(release, known, book)


def _as_of(release: Release) -> datetime:
    newest = release.manifest.published_at
    text = st.query_params.get("as_of")
    if not text:
        return newest
    try:
        return min(instant(text), newest)
    except NaiveCutoff as error:
        st.error(f"as_of in the URL: {error}")
        return newest


def _header(title: str, settings: Settings, release: Release, known: datetime, book: BookView | None) -> None:
    word, colour = BADGES[settings.world]
    local = known.astimezone(SAO_PAULO)
    age = settings.clock.now() - release.manifest.published_at
    with st.container(key="frame"):
        left, right = st.columns([6, 1], vertical_alignment="center")
        parts = [
            f":{colour}-badge[**{word}**]",
            f"**{title}**",
            f"release `{release.id}`",
            f"age {_age(age.total_seconds())}",
            f"quality **{float(release.manifest.quality['score']):.1f}**/100",
            f"as of **{local:%Y-%m-%d %H:%M} BRT**",
            f"book {book.name}" if book else "no book yet",
        ]
        left.markdown(" · ".join(parts))
        with right.popover("As of …", width="stretch"):
            day = st.date_input("day", local.date(), max_value=release.manifest.published_at.astimezone(SAO_PAULO).date())
            hour = st.time_input("time, São Paulo", local.time().replace(second=0, microsecond=0))
            if st.button("Rewind every page", type="primary"):
                chosen = datetime.combine(day, hour, SAO_PAULO).astimezone(UTC)
                st.query_params["as_of"] = chosen.isoformat()
                st.rerun()
            if "as_of" in st.query_params and st.button("Back to now"):
                del st.query_params["as_of"]
                st.rerun()
        _links(title)
        if release.manifest.simulated:
            st.caption(f"SIMULATED: every number here comes from a seeded world ({release.world_id}) and is no evidence about markets.")


def pages() -> dict[str, str]:
    """Title and file, below this folder, of Home and of every page there is, in order: `pages/<nn>_<Title>.py`."""
    found = sorted((Path(__file__).parent / "pages").glob("[0-9][0-9]_*.py"))
    return {"Home": "Home.py"} | {path.stem[3:].replace("_", " "): f"pages/{path.name}" for path in found}


def _links(title: str) -> None:
    """The pages there are; a link keeps the as-of of the URL."""
    kept = {"as_of": st.query_params["as_of"]} if "as_of" in st.query_params else None
    with st.container(horizontal=True, gap="small", key="pages"):
        for name, file in pages().items():
            st.page_link(file, label=name, disabled=name == title, query_params=kept)


def _age(seconds: float) -> str:
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if seconds < 172_800 else f"{seconds / 86_400:.0f} d"


STYLE = """
<style>
.block-container {padding-top: 2.2rem; padding-bottom: 2rem; max-width: 1500px;}
.st-key-frame p {font-size: .92rem;}
.st-key-frame {border-bottom: 1px solid rgba(128,128,128,.35); padding-bottom: .3rem; margin-bottom: .4rem;}
.st-key-pages {margin-top: -.5rem;}
.st-key-pages a {padding: 0 .3rem; min-height: 1.4rem;}
[data-testid="stMetricValue"], .desk {font-variant-numeric: tabular-nums;}
[data-testid="stMetricValue"] {font-size: 1.45rem;}
[data-testid="stMetric"] {padding: 0;}
h5 {padding-bottom: 0 !important;}
.desk {overflow-x: auto;}
.desk table {width: 100%; border-collapse: collapse; font-size: .86rem; line-height: 1.35;}
.desk th {text-align: left; font-weight: 500; opacity: .65; border-bottom: 1px solid rgba(128,128,128,.5); vertical-align: bottom;}
.desk td {border-bottom: 1px solid rgba(128,128,128,.18); vertical-align: top;}
.desk th, .desk td {padding: .26rem .9rem .26rem 0;}
.desk th:last-child, .desk td:last-child {padding-right: 0;}
.desk .n {text-align: right;}
.desk .n, .desk .d {white-space: nowrap;}
.desk .w {overflow-wrap: anywhere;}
.st-key-stale [data-testid="stVegaLiteChart"] {opacity: .5;}
.desk tr.old {opacity: .5;}
[data-testid="stPopoverBody"]:has([data-testid="stCaptionContainer"]) {min-width: min(44rem, 92vw); max-height: 70vh;}
[data-testid="stPopoverBody"] pre, [data-testid="stPopoverBody"] code {white-space: pre-wrap;}
[class*="st-key-foot"] button {min-height: 1.4rem; padding: 0 .3rem; opacity: .75;}
@media (max-width: 640px) {
    .st-key-money [data-testid="stColumn"] {min-width: 42%; flex: 1 1 42%;}
    .desk td:not(.n):not(.d):not(:first-child) {min-width: 8.5rem;}
}
@media print {[data-testid="stSidebar"], [data-testid="stToolbar"] {display: none;}}
</style>
"""
