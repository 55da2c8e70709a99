"""Parts of a panel: its finding, a table that people read, and below it the formula and the data."""

from collections.abc import Collection, Sequence
from html import escape
from io import BytesIO

import polars as pl
import streamlit as st

from app.dashboard.how import How


def finding(title: str, subtitle: str) -> None:
    """Head of a panel: what it finds or asks; then series, unit, source and last reference date."""
    st.markdown(f"##### {title}")
    st.caption(subtitle)


def table(shown: pl.DataFrame, numbers: Collection[str] = (), faded: Sequence[bool] = ()) -> None:
    """A table of text; columns in `numbers` are right-aligned and do not wrap, rows that are `faded` are greyed, and columns in
    which nothing stands are left out."""
    told = [name for name in shown.columns if (shown[name].fill_null("") != "").any()]
    st.html(markup(shown.select(told), numbers, faded))


def markup(shown: pl.DataFrame, numbers: Collection[str] = (), faded: Sequence[bool] = ()) -> str:
    """The table as HTML."""
    kinds = [' class="n"' if name in numbers else ' class="d"' if _dated(shown[name]) else "" for name in shown.columns]
    head = "".join(f"<th{kind}>{escape(name)}</th>" for name, kind in zip(shown.columns, kinds, strict=True))
    grey = [*faded, *[False] * (len(shown) - len(faded))]
    rows = "".join(
        f"<tr{' class=old' if old else ''}>"
        + "".join(f"<td{kind}>{escape(cell or '')}</td>" for cell, kind in zip(row, kinds, strict=True))
        + "</tr>"
        for row, old in zip(shown.iter_rows(), grey, strict=True)
    )
    return f'<div class="desk"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _dated(column: pl.Series) -> bool:
    """Whether every cell is a date or an instant, which do not wrap."""
    return column.dtype == pl.String and len(column) > 0 and bool(column.str.contains(r"^(\d{4}-\d\d[-0-9: ]*)?$").all())


def foot(how: How, frame: pl.DataFrame | None = None, name: str = "") -> None:
    """Below a panel: how it is computed, and the data behind it as CSV and Parquet."""
    with st.container(horizontal=True, gap="small", key=f"foot-{how.path}-{name}"):
        with st.popover("how", type="tertiary"):
            st.caption(f"from {how.place}")
            st.markdown(how.text())
        if frame is not None:
            st.download_button("CSV", frame.write_csv(), f"{name}.csv", "text/csv", key=f"{name}-csv", type="tertiary")
            st.download_button("Parquet", _parquet(frame), f"{name}.parquet", key=f"{name}-parquet", type="tertiary")


def missing(what: str, command: str) -> None:
    """What is not there and since when, and what to run."""
    st.info(what + ".", icon=":material/hourglass_empty:")
    st.code(command, language="bash")


def count(number: int, noun: str) -> str:
    """A number of things."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _parquet(frame: pl.DataFrame) -> bytes:
    buffer = BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()
