"""A file that disagrees with its map is refused with file, line and column; one file's fault leaves the others alone."""

import gzip
import io
import zipfile
from pathlib import Path

import polars as pl
import pytest

from models_py.kernel.errors import ImportMapError
from pipelines.connectors import files
from tests.recorded.world import body, parsed, payload, requests

COLUMNS = (
    "target_id", "kind", "priority", "file", "format", "date_column", "date_format", "value_column", "row_filter", "unit_in_file",
    "scale_to_ours", "unit", "frequency", "reference_rule", "availability_rule", "availability_grade", "first_date", "last_date",
    "rows", "trap",
)
CELLS = dict(zip(COLUMNS, (
    "us_rate", "observation", "1", "a.csv", "csv sep=; decimal=. utf-8", "day", "%Y-%m-%d", "value", "", "%", "1", "index", "daily",
    "as_is", "D 18:00 ET", "scheduled", "", "", "", "",
), strict=True))
TEXT = "day;code;value\n2019-01-02;A;1.5\n2019-01-03;A;1.6\n2019-01-04;B;\n"
TWICE = TEXT.replace("2019-01-03", "2019-01-02").replace("1.6", "9")
JOINED = {"date_format": "integer", "reference_rule": "join us_rate on value"}
UNKNOWN = {"availability_rule": "release:acme_prints"}
NOTHING = pl.DataFrame(schema={"series_id": pl.String, "revisable": pl.String})


def folder(path: Path, content: bytes | str = TEXT, *rows: dict[str, str], name: str = "a.csv") -> Path:
    lines = [",".join(f'"{cell}"' for cell in (CELLS | row).values()) for row in rows or ({},)]
    (path / "IMPORT_MAP.csv").write_text("\n".join([",".join(COLUMNS), *lines, ""]), encoding="utf-8")
    (path / name).parent.mkdir(exist_ok=True)
    (path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(ImportMapError) as refused:
        parsed(path, NOTHING)
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "row", "said"),
    [
        (TEXT, {"value_column": "rate"}, "a.csv, column rate: no such column; the file has 'day', 'code', 'value' (map line 2)"),
        (TEXT, {"value_column": "#4"}, "a.csv, column #4: no such column"),
        (TEXT, {"date_column": "date"}, "a.csv, column date: no such column"),
        (TEXT, {"row_filter": "kind=A"}, "a.csv, column kind: no such column"),
        (TEXT.replace("1.6", "1,6"), {}, "a.csv line 3, column value: '1,6' is not a number (map line 2)"),
        (TEXT.replace("1.6", "inf"), {}, "a.csv line 3, column value: 'inf' is not a number"),
        (TEXT.replace("2019-01-03", "03/01/2019"), {}, "a.csv line 3, column day: '03/01/2019' is not a date of the form %Y-%m-%d"),
        (TEXT.replace("2019-01-03", "2019-02-30"), {}, "a.csv line 3, column day: '2019-02-30' is not a date"),
        (TEXT.replace("2019-01-03", ""), {}, "a.csv line 3, column day: a value without a date"),
        (TWICE, {}, "a.csv line 3, column value: us_rate has two values for 2019-01-02"),
        (TEXT, {"rows": "3"}, "a.csv, column value: 2 rows with a value, the map says 3 (map line 2)"),
        (TEXT, {"first_date": "2019-01-01"}, "a.csv, column day: the first date is 2019-01-02, the map says 2019-01-01"),
        (TEXT, {"last_date": "2019-01-04"}, "a.csv, column day: the last date is 2019-01-03, the map says 2019-01-04"),
        (TEXT, {"reference_rule": "month_start_to_month_end"}, "a.csv line 2, column day: 2019-01-02 does not begin a month"),
        (TEXT, {"row_filter": "code=C", "rows": "1"}, "a.csv, column value: 0 rows with a value, the map says 1"),
        (TEXT, {"format": "csv sep=; decimal=. utf-8 gzip"}, "a.csv: not a whole gzip file"),
        (gzip.compress(TEXT.encode(), mtime=0)[:-9], {"format": "csv sep=; decimal=. utf-8 gzip"}, "a.csv: not a whole gzip file"),
        (TEXT.replace("A", "ã").encode("latin-1"), {}, "a.csv line 2: not utf-8"),
        ("", {}, "a.csv line 1: the file is empty"),
        ("day;value\n2019-01-02;1\n2019-01-03;1;2\n", {}, "a.csv line 3: not a table separated by ';'"),
        (TEXT, {"format": "parquet"}, "a.csv: not a Parquet file"),
        (TEXT, {"format": "zip of one XML"}, "a.csv: not a zip of one XML"),
        (TEXT, {"format": "fixed width, 14 chars"}, "a.csv line 2: 16 characters, the format says 14"),
        (TEXT + "2019;B\n", {"format": "sep=; utf-8, header line with the date"}, "a.csv line 5: 2 fields, others have 3"),
        (TEXT, {"date_format": "native"}, "a.csv, column day: holds String, the map says native dates"),
        (TEXT, JOINED, "a.csv line 2, column day: '2019-01-02' is not an integer"),
        (TEXT, UNKNOWN, "IMPORT_MAP.csv line 2, column availability_rule: unknown release calendar 'acme_prints'"),
        (TEXT, {"trap": "2 rows without a number"}, "a.csv, column day: 0 rows without a date, the map says 2"),
    ],
)
def test_a_file_that_disagrees_with_its_map_is_refused_where_it_does(tmp_path, content, row, said):
    assert said in refusal(folder(tmp_path, content, row))


def test_a_file_the_folder_lacks_is_refused_before_anything_is_fetched(tmp_path):
    folder(tmp_path, TEXT, {}, {"target_id": "us_other", "file": "b/*.csv"})
    with pytest.raises(ImportMapError, match=r"IMPORT_MAP.csv line 3, column file: no file b/\*\.csv in "):
        requests(tmp_path)


def test_a_file_that_was_not_fetched_is_named(tmp_path):
    folder(tmp_path)
    known = files.context({"IMPORT_MAP.csv": (tmp_path / "IMPORT_MAP.csv").read_bytes()}.get, (), NOTHING)
    request = requests(tmp_path)[1]
    with pytest.raises(ImportMapError, match=r"line 2, column file: a\.csv was not fetched"):
        files.parse(payload(request, body(request)), known)


def test_a_map_that_was_not_fetched_is_named():
    with pytest.raises(ImportMapError, match=r"IMPORT_MAP\.csv: not vaulted"):
        files.context(lambda key: None, (), NOTHING)


def test_a_bad_number_outside_the_filter_is_not_this_rows_business(tmp_path):
    world = parsed(folder(tmp_path, TEXT.replace("B;", "B;n/d"), {"row_filter": "code=A"}), NOTHING)
    assert world.observations["value"].to_list() == [1.5, 1.6]


def test_one_bad_file_leaves_the_others_parsed(tmp_path):
    folder(tmp_path, TEXT, {"file": "a.csv"}, {"target_id": "us_other", "file": "b.csv"})
    (tmp_path / "b.csv").write_text(TEXT.replace("1.6", "x"), encoding="utf-8")
    planned = requests(tmp_path)
    bodies = {request.key: body(request) for request in planned}
    known = files.context(bodies.get, bodies, NOTHING)
    good, bad = (request for request in planned if request.key != "IMPORT_MAP.csv")
    with pytest.raises(ImportMapError, match=r"b\.csv line 3"):
        files.parse(payload(bad, bodies[bad.key]), known)
    assert files.parse(payload(good, bodies[good.key]), known).observations.num_rows == 2


def test_a_vintage_without_a_month_in_its_name_is_refused(tmp_path):
    row = {"kind": "vintage", "file": "v/*.csv", "availability_rule": "file_month_vintage_end 23:59 ET"}
    assert "v/latest.csv carries no month" in refusal(folder(tmp_path, TEXT, row, name="v/latest.csv"))


def test_a_key_that_its_calendar_lacks_is_refused(tmp_path):
    calendar = {"target_id": "meetings", "kind": "calendar", "value_column": "meeting=code;end=day"}
    decision = {
        "target_id": "decisions", "kind": "calendar", "file": "d.csv", "date_column": "n", "date_format": "integer",
        "value_column": "meeting=n;rate=r", "reference_rule": "join meetings on meeting",
    }
    folder(tmp_path, "day;code;value\n2019-01-02;1;1\n", calendar, decision)
    (tmp_path / "d.csv").write_text("n;r\n1;5\n2;6\n", encoding="utf-8")
    assert refusal(tmp_path) == "d.csv line 3, column n: 2 is no meeting of meetings (map line 3)"


def test_a_report_made_at_another_instant_than_the_map_says_is_refused(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("r.xml", "<a><made>2019-01-03T10:00:00Z</made><r><s>X</s><d>2019-01-02</d><p>1</p></r></a>")
    row = {
        "kind": "quote", "format": "zip of one XML", "date_column": "d", "value_column": "symbol=s;settlement=p",
        "availability_rule": "file made (2019-01-02T10:00:00Z)",
    }
    said = refusal(folder(tmp_path, packed.getvalue(), row))
    assert "column made: is '2019-01-03T10:00:00Z', the map says '2019-01-02T10:00:00Z'" in said


def test_an_instrument_that_stands_twice_in_a_session_is_refused(tmp_path):
    content = "day;code;value\n2019-01-02;A;1\n2019-01-02;a;2\n"
    row = {"kind": "quote", "value_column": "symbol=code;settlement=value"}
    assert "a.csv line 3, column symbol: a stands twice on 2019-01-02" in refusal(folder(tmp_path, content, row))
