"""CFTC Commitments of Traders in the bytes of `publicreporting.cftc.gov` (Socrata) and of the yearly zips of `www.cftc.gov`.

In the API all values are text and a null field is left out of its row; 1,000 rows come unless `$limit` says otherwise, and without
`$order` rows change places from one request to the next. A column that is none is a 400 with Socrata's own words. A year's zip
holds every contract, padded, newest week first within each; that of the running year grows. Reports with options are not
simulated: their sets are empty, their zips 404.

World keys are `<report>|<contract code>`: `tff`, `disagg` and `legacy`.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import orjson
from numpy.typing import NDArray

from pipelines.connectors._cot_reports import BY_NAME, REPORTS
from pipelines.sandbox.render._cot_columns import api_columns, file_columns, weeks
from pipelines.sandbox.render._soql import NoSuchColumn, Unreadable, matches, placed, read
from pipelines.sandbox.view import View
from pipelines.sandbox.wire import JSON, Answer, Call, not_found, page, pick

SOURCE = "cftc"
ROUTES = (
    *(f"/resource/{report.datasets[0]}.json?$select&$where&$order&$limit&$offset" for report in REPORTS),
    *(f"/files/dea/history/{report.files[0].format('{yyyy}')}" for report in REPORTS),
)
FIRST_YEAR = 2010
_SET = re.compile(r"/resource/(\w{4}-\w{4})\.json")
_FILE = re.compile(r"/files/dea/history/(\w+?)(\d{4})\.zip")
_MEMBERS = {"tff": "FinFutYY.txt", "disagg": "f_year.txt", "legacy": "annual.txt"}
_ENDS = {"tff": "\r\n", "disagg": "\r\n", "legacy": "\n"}


@dataclass(frozen=True)
class Table:
    """A report's rows as columns of text, and each row as JSON would have it."""

    columns: Mapping[str, NDArray[np.str_]]
    cells: Mapping[str, list[str | None]]

    @property
    def size(self) -> int:
        return len(next(iter(self.cells.values()), []))


def key(call: Call) -> str:
    """The report asked for, and where the query names one contract, `report/contract`."""
    report = _report(call)
    code = re.search(r"cftc_contract_market_code\s*(?:=|in\()\s*'?(\w+)'?\)?(?!.*,)", call.params.get("$where", ""))
    named = call.params.get("cftc_contract_market_code", code[1] if code else "")
    return "/".join(filter(None, [report or "", named]))


def answer(call: Call, view: View) -> Answer:
    if _SET.fullmatch(call.route):
        return _resource(call, view)
    found = _FILE.fullmatch(call.route)
    report, year = _report(call), int(found[2]) if found else 0
    if found is None or report is None:
        return not_found(call, ROUTES)
    if not FIRST_YEAR <= year <= view.today().year:
        return page("Page not found | CFTC", "Page not found", "The requested page could not be found.", 404)
    body = view.files.get(("cftc", report, year, view.state(SOURCE)), lambda: spell_file(view, report, year))
    return Answer(body, "application/x-zip-compressed")


def spell_file(view: View, report: str, year: int) -> bytes:
    """The zip of a report and year: contract after contract, newest week first."""
    lines: list[str] = []
    header = ""
    for name in _keys(view, report):
        found = weeks(report, view.latest(SOURCE, name))
        table = list(file_columns(found, np.flatnonzero(found.dates.astype("datetime64[Y]").astype(np.int64) + 1970 == year)[::-1]))
        header = ",".join(f'"{head}"' for head, _ in table)
        lines += [",".join(row) for row in zip(*(cells for _, cells in table), strict=True)]
    end = _ENDS[report]
    text = end.join([header, *lines]) + end
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo(_MEMBERS[report], (year, 1, 1, 0, 0, 0)), text.encode("latin-1"), zipfile.ZIP_DEFLATED, 6)
    return file.getvalue()


def _resource(call: Call, view: View) -> Answer:
    report = _report(call)
    if report is None:
        known = {name for one in REPORTS for name in one.datasets}
        return Answer(b"[]\n", JSON) if call.route[10:19] in known else not_found(call, ROUTES)
    table = view.memory.get(("cftc", report, view.state(SOURCE)), lambda: _table(view, report))
    try:
        query = read(call.params, tuple(table.cells))
        rows = np.flatnonzero(matches(query, table.columns, table.size))
    except NoSuchColumn as error:
        return _no_such_column(error, call.route[10:19])
    except Unreadable as error:
        said = {"code": "query.compiler.malformed", "error": True, "message": f"Could not parse SoQL query: {error}"}
        return Answer(orjson.dumps(said), JSON, 400)
    # places of equal rows are drawn for each call, so that pages without an order cannot be put together
    seed = pick(call.seed, "cftc.order", 2**63, call.identity, call.attempt)
    ties = np.random.Generator(np.random.Philox(key=seed)).permutation(rows.size)
    kept = {name: table.columns[name][rows] for name, _ in query.order}
    chosen = rows[placed(query, kept, ties)][query.offset : query.offset + query.limit].tolist()
    names = query.select or tuple(table.cells)
    found = [{name: text for name in names if (text := table.cells[name][row]) is not None} for row in chosen]
    return Answer(b"[" + b"\n,".join(orjson.dumps(row) for row in found) + b"]\n", JSON)


def _table(view: View, report: str) -> Table:
    parts = [api_columns(weeks(report, view.latest(SOURCE, name)), BY_NAME[report].api) for name in _keys(view, report)]
    cells = {name: [text for part in parts for text in part[name]] for name in (parts[0] if parts else ())}
    return Table({name: np.array([text or "" for text in column]) for name, column in cells.items()}, cells)


def _keys(view: View, report: str) -> list[str]:
    return [name for name in view.keys(SOURCE) if name.startswith(f"{report}|")]


def _report(call: Call) -> str | None:
    """The report of a data set or file, of futures alone."""
    resource, file = _SET.fullmatch(call.route), _FILE.fullmatch(call.route)
    for report in REPORTS:
        if (resource and resource[1] == report.datasets[0]) or (file and f"{file[1]}{{}}.zip" == report.files[0]):
            return report.name
    return None


def _no_such_column(error: NoSuchColumn, dataset: str) -> Answer:
    line = f"SELECT `{error.name}`"
    message = (
        f"Query coordinator error: query.soql.no-such-column; No such column: {error.name}; "
        f'position: Map(row -> 1, column -> 8, line -> "{line} FROM @{dataset}")'
    )
    position = {"row": 1, "column": 8, "line": line}
    data = {"column": error.name, "dataset": "alpha.0", "position": position}
    return Answer(orjson.dumps({"code": "query.soql.no-such-column", "error": True, "message": message, "data": data}), JSON, 400)
