"""The map's grammar: every cell is checked before a file is opened, and an error names line and column."""

import csv
import io
from datetime import date

import pytest

from models_py.kernel.errors import ImportMapError
from pipelines.import_map import formats, grammar, reference, traps

GOOD = {
    "target_id": "us_rate", "kind": "observation", "priority": "1", "file": "a.csv", "format": "csv sep=, decimal=. utf-8",
    "date_column": "date", "date_format": "%Y-%m-%d", "value_column": "value", "row_filter": "", "unit_in_file": "%",
    "scale_to_ours": "0.01", "unit": "decimal", "frequency": "daily", "reference_rule": "as_is",
    "availability_rule": "D+1 16:15 ET", "availability_grade": "scheduled", "first_date": "", "last_date": "", "rows": "", "trap": "",
}


def text(*changes: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, grammar.COLUMNS)
    writer.writeheader()
    writer.writerows(GOOD | change for change in changes)
    return out.getvalue().encode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "series"}, "line 3, column kind: unknown kind 'series'"),
        ({"target_id": "US rate"}, "line 3, column target_id: 'US rate' is not an id"),
        ({"target_id": ""}, "line 3, column target_id: is empty"),
        ({"priority": "first"}, "line 3, column priority: invalid literal"),
        ({"file": ""}, "line 3, column file: is empty"),
        ({"format": "xlsx"}, "line 3, column format: unknown format 'xlsx'"),
        ({"format": "csv sep=; decimal=, utf-9"}, "line 3, column format: unknown word 'utf-9'"),
        ({"scale_to_ours": "1%"}, "line 3, column scale_to_ours: could not convert"),
        ({"reference_rule": "as_was"}, "line 3, column reference_rule: unknown reference rule 'as_was'"),
        ({"reference_rule": "keep LSE sessions"}, "line 3, column reference_rule: unknown calendar 'LSE'"),
        ({"reference_rule": "as_is; row after 2019-01-10 dated 2020-01-32 is 2019-01-11"}, "'2020-01-32' is not a date"),
        ({"reference_rule": "as_is; shift it"}, "cannot read 'shift it'"),
        ({"availability_rule": "soon"}, "line 3, column availability_rule: unknown release rule 'soon'"),
        ({"availability_rule": "D+1 16:15 PST"}, "line 3, column availability_rule: unknown release rule"),
        ({"availability_grade": "guessed"}, "line 3, column availability_grade: 'guessed' is none of"),
        ({"row_filter": "variable"}, "line 3, column row_filter: 'variable' is not column=value"),
        ({"rows": "many"}, "line 3, column rows: invalid literal"),
        ({"kind": "quote"}, "line 3, column value_column: a quote needs name=column"),
        ({"kind": "quote", "value_column": "rate=a;rate=b"}, "line 3, column value_column: a name stands twice"),
    ],
)
def test_a_cell_outside_the_grammar_is_refused_with_line_and_column(change, said):
    with pytest.raises(ImportMapError) as refused:
        grammar.parse(text({}, change))
    assert str(refused.value).startswith("IMPORT_MAP.csv line 3, column ")
    assert said in str(refused.value)


def test_a_missing_column_or_cell_is_refused():
    with pytest.raises(ImportMapError, match="line 1: no column 'priority'"):
        grammar.parse(b"target_id,kind\nx,observation\n")
    with pytest.raises(ImportMapError, match="line 3: fewer cells"):
        grammar.parse(text({}) + b"us_rate,observation,1\n")
    with pytest.raises(ImportMapError, match="line 2: not UTF-8"):
        grammar.parse(text({"unit": "índice"}).decode().encode("latin-1"))


def test_lines_are_counted_through_a_cell_with_a_line_break():
    with pytest.raises(ImportMapError, match="line 4, column kind"):
        grammar.parse(text({"trap": "two\nlines"}, {"kind": "series"}))


def test_notes_skips_and_priority_nine_do_not_load():
    skip = {"kind": "skip", "file": "b/*.csv", "trap": "columns NAPM*, VIX: licence"}
    rows = text({}, {"kind": "note", "target_id": "-"}, skip, {"priority": "9"})
    assert [row.line for row in grammar.parse(rows).rows] == [2]
    assert [row.line for row in grammar.parse(rows, tests=True).rows] == [2, 5]
    assert grammar.parse(rows).skipped_columns == {"b/*.csv": ("NAPM*", "VIX")}


def test_a_filter_has_values_and_ranges():
    (row,) = grammar.parse(text({"row_filter": "variavel=Var. % mensal & field 1=DL1..DL9"})).rows
    assert [(c.column, c.low, c.high) for c in row.conditions] == [("variavel", "Var. % mensal", None), ("field 1", "DL1", "DL9")]


def test_single_fields_have_scales_of_their_own_in_the_unit():
    quote = {"kind": "quote", "value_column": "symbol=s;settlement=p;rate=r"}
    rows = grammar.parse(text(quote | {"unit": "PU (rate x 0.01)"}, quote | {"unit": "decimal; price BRL (scale 1)"})).rows
    assert [dict(row.scales) for row in rows] == [{"rate": 0.01}, {"price": 1.0}]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("parquet", formats.Format("parquet")),
        ("csv sep=, decimal=. utf-8 gzip", formats.Format("csv", gzip=True)),
        ("csv sep=; decimal=, thousands=. latin-1 gzip", formats.Format("csv", ";", ",", ".", "latin-1", True)),
        ("csv sep=, decimal=. utf-8 gzip, quoted, blank-padded", formats.Format("csv", gzip=True, padded=True)),
        ("csv sep=, decimal=. utf-8 gzip, row 2 dropped", formats.Format("csv", gzip=True, dropped=(2,))),
        ("csv sep=tab decimal=, cp1252", formats.Format("csv", "\t", ",", encoding="cp1252")),
        ("fixed width, 68 chars, gzip", formats.Format("fixed", gzip=True, width=68)),
        ("sep=; utf-8 gzip, header line with the date", formats.Format("headed", ";", gzip=True)),
        ("sep=; utf-8, first line header 01", formats.Format("headed", ";")),
        ("zip of one XML, BVBG.187.01", formats.Format("xml")),
    ],
)
def test_formats_are_read_word_by_word(words, expected):
    assert formats.parse(words) == expected


def test_reference_rules_are_read():
    assert reference.parse("keep SIFMA sessions").market == "us_sifma"
    assert reference.parse("timestamp_plus_1h_to_date").hours == 1
    assert reference.parse("join br_copom on meeting").join == ("br_copom", "meeting")
    assert reference.parse("meeting end_date").column == "end_date"
    assert reference.parse("as_is; the month projected is that of the last 15th on or before D").period == "day"
    (wrong,) = reference.parse("as_is; row after 2019-01-10 dated 2020-01-11 is 2019-01-11").wrong
    assert (wrong.after, wrong.found, wrong.right) == (date(2019, 1, 10), date(2020, 1, 11), date(2019, 1, 11))


@pytest.mark.parametrize(
    ("trap", "expected"),
    [
        ("two files equal", traps.Traps()),
        ("last line is a footer (Fonte)", traps.Traps(footer=True)),
        ("month-end weekends present (98 rows): keep US business days", traps.Traps(market="us_sifma")),
        ("32 rows fall on Brazilian holidays (2010-2013) with values of their own: drop; 466 absent", traps.Traps(market="br")),
        ("bad Close 5.46 on 2014-04-10: drop |log return| > 0.5", traps.Traps(log_return=0.5)),
        ("bad closes 2008-04-08, 2008-10-08 (day/month swapped)", traps.Traps()),        # told, not ordered
        ("2001-11-30 (67.3) and 2001-12-03 (59.9) are bad", traps.Traps(bad_dates=(date(2001, 11, 30), date(2001, 12, 3)))),
        ("value on 2021-09-27 is wrong (3652.96)", traps.Traps(bad_dates=(date(2021, 9, 27),))),
        ("use only before 2008-01-02", traps.Traps(before=date(2008, 1, 2))),
        ("use before 2006-05-16 only", traps.Traps(before=date(2006, 5, 16))),
        ("currencies: use from 1994-08", traps.Traps(since=date(1994, 8, 1))),
        ("no value 2002-02-19..2006-02-08; equal", traps.Traps(holes=((date(2002, 2, 19), date(2006, 2, 8)),))),
        ("no rows with value 1987-01..1993-09", traps.Traps(holes=((date(1987, 1, 1), date(1993, 9, 30)),))),
        ("multiply by 1000 when below 10,000", traps.Traps(factor=1000.0, below=10_000.0)),
        ("2025-10 was published with 2025-11 (shutdown)", traps.Traps(published_with=("2025-10", "2025-11"))),
        ("latest vintage of 2026-01: revised", traps.Traps(latest_vintage=date(2026, 1, 1))),
        ("7 rows without a number are moves between meetings", traps.Traps(undated=7)),
        ("meeting 45 twice (19.0 and the 18.5 of 2000-03-28)", traps.Traps(redated=(18.5, date(2000, 3, 28)))),
        ("76 (2002-10-14) is extraordinary", traps.Traps(extraordinary=(date(2002, 10, 14),))),
        ("dates 2003-09-15, 2008-01-21 are one day early", traps.Traps(early=(date(2003, 9, 15), date(2008, 1, 21)))),
        ("index is not unique: key on sha256 of the text", traps.Traps(by_text=True)),
        ("any other of the 117 series present in all 48 vintages", traps.Traps(common_columns=True)),
        (
            "from 2017-03-15 to 2019-12-11 rate, change and action are ONE MEETING LATE on scheduled meetings",
            traps.Traps(late=traps.Late(date(2017, 3, 15), date(2019, 12, 11), ("rate", "change", "action"))),
        ),
    ],
)
def test_a_trap_orders_only_what_its_phrases_say(trap, expected):
    assert traps.parse(trap) == expected
