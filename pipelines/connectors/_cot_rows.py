"""Rows of a Commitments of Traders report, from the API's objects or a file's lines, as figures: key, report date, contracts."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from pipelines.connectors._cot_reports import OPEN_INTEREST, Report, folded, report_of
from pipelines.connectors._numbers import american_day, iso_day, number

DATE, CODE, KIND = "report_date_as_yyyy_mm_dd", "cftc_contract_market_code", "futonly_or_combined"
KINDS = ("FutOnly", "Combined")

_DATES = (DATE, "as_of_date_in_form_yyyy_mm_dd", "report_date_as_mm_dd_yyyy")
_MISSING = ("", ".")

Row = Mapping[str, str]
Figure = tuple[str, str, date, float | None]          # code, key, report date, contracts


def object_figures(objects: Sequence[Row]) -> Iterator[Figure]:
    """Figures of the API's rows; a figure left out of a row is null.

    Raises:
        ValueError: a column that is not known, or a row without contract, date or kind.
    """
    report = report_of({name for row in objects for name in row})
    for row in objects:
        missing = [name for name in (DATE, CODE, KIND, "open_interest_all") if name not in row]
        if missing:
            raise ValueError(f"a row without {missing[0]}: {dict(row)!r:.160}")
        yield from _figures(report, {folded(name): text.strip() for name, text in row.items()}, row[KIND])


def file_figures(content: bytes, *, kind: str) -> Iterator[Figure]:
    """Figures of a file's lines; `kind` for the files that do not tell whether options are in them.

    Raises:
        ValueError: not CSV, a column that is not known, missing or there twice, or a line of another length.
    """
    try:
        lines = [line for line in csv.reader(content.decode("latin-1").splitlines(), strict=True) if line]
    except csv.Error as error:
        raise ValueError(f"not CSV: {error}") from error
    header = [folded(column) for column in lines[0]] if lines else []
    report = report_of(header)
    missing = sorted({*report.api} - {report.columns.get(column) for column in header}) or [CODE] * (CODE not in header)
    if missing or len(set(header)) < len(header):
        raise ValueError(f"columns missing, or there twice: {', '.join(missing) or header}"[:200])
    for place, cells in enumerate(lines[1:], start=2):
        if len(cells) != len(header):
            raise ValueError(f"line {place} has {len(cells)} cells under {len(header)} columns")
        row = {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
        yield from _figures(report, row, row.get(KIND, kind))


def _figures(report: Report, row: Row, kind: str) -> Iterator[Figure]:
    """Open interest, then the legs of each group and its net."""
    if kind not in KINDS:
        raise ValueError(f"{KIND} is {kind!r}")
    code, day = row[CODE], _day(row)
    stem = f"{report.name}{'_combined' if kind == 'Combined' else ''}|{code}"
    found = {report.columns[name]: text for name, text in row.items() if name in report.columns}
    values = {figure: None if found.get(figure, "") in _MISSING else number(found[figure]) for figure in report.api}
    yield code, f"{stem}|{OPEN_INTEREST}", day, values.pop(OPEN_INTEREST)
    for figure, value in values.items():
        yield code, f"{stem}|{figure}", day, value
        group, leg = figure.split("|")
        if leg == "short":
            longs = values[f"{group}|long"]
            yield code, f"{stem}|{group}|net", day, None if longs is None or value is None else longs - value


def _day(row: Row) -> date:
    text = next((row[name] for name in _DATES if row.get(name)), None)
    if text is None:
        raise ValueError(f"a row without report date: {dict(row)!r:.160}")
    bare = text.split("T", 1)[0].split(" ", 1)[0]
    return american_day(bare) if "/" in bare else iso_day(bare)
