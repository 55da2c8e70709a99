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
    kinds = [_kind(shown[name], name in numbers) for name in shown.columns]
    head = "".join(f"<th{kind}>{escape(name)}</th>" for name, kind in zip(shown.columns, kinds, strict=True))
    grey = [*faded, *[False] * (len(shown) - len(faded))]
    rows = "".join(
        f"<tr{' class=old' if old else ''}>"
        + "".join(f"<td{kind}>{escape(cell or '')}</td>" for cell, kind in zip(row, kinds, strict=True))
        + "</tr>"
        for row, old in zip(shown.iter_rows(), grey, strict=True)
    )
    return f'<div class="desk"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _kind(column: pl.Series, is_number: bool) -> str:
    """Class of a column: numbers; dates and instants, which do not wrap; addresses and digests, which wrap anywhere."""
    if is_number:
        return ' class="n"'
    if column.dtype != pl.String or not len(column):
        return ""
    if column.str.contains(r"^(\d{4}-\d\d[-0-9: ]*)?$").all():
        return ' class="d"'
    return ' class="w"' if column.str.contains(r"\S{36}").any() else ""


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
