from datetime import UTC, date, datetime

import pytest

from models_py.kernel.errors import PayloadError, SourceDown
from pipelines.connectors import CatalogueRow, Endpoint, b3, b3_files
from tests.connectors.build import payload, raw, zipped

DAY = date(2031, 3, 14)
SITE = Endpoint("https://www.b3.com.br")


def parsed(name: str, body: bytes | None = None):
    return b3_files.parse(payload("b3_files", name.rsplit(".", 1)[0], raw("b3_files", name) if body is None else body))


def quoted(name: str, body: bytes | None = None) -> dict[tuple[str, str], float | None]:
    return {(one.symbol, one.field): one.value for one in parsed(name, body).quotes}


def changed(name: str, old: str, new: str) -> bytes:
    text = raw("b3_files", name).decode("latin-1")
    assert old in text
    return text.replace(old, new, 1).encode("latin-1")


def asked(*keys: str, since: date, until: date):
    return b3_files.plan([CatalogueRow(key, "b3_files", key, "daily", revisable=False) for key in keys], since, until, SITE)


def test_reference_rates_are_nodes_of_our_curves_by_date():
    assert quoted("TS310314.ex_") == {
        ("CURVE_PRE 2031-03-17", "rate"): 9.65, ("CURVE_PRE 2031-04-14", "rate"): 9.7123456, ("CURVE_PRE 2031-05-15", "rate"): 9.75,
        ("CURVE_DIC 2031-04-14", "rate"): -1.23, ("CURVE_DOC 2031-05-15", "rate"): 5.4321, ("CURVE_PTX 2031-05-15", "price"): 5.1234567,
    }
    assert {one.maturity_date for one in parsed("TS310314.ex_").quotes if one.symbol == "CURVE_DOC 2031-05-15"} == {date(2031, 5, 15)}


def test_fixed_vertices_are_series_by_their_nominal_days():
    found = {one.source_key: one.value for one in parsed("TS310314.ex_").observations}
    assert found == {"PRE 1": 9.65, "PRE 60": 9.75, "DOC 60": 5.4321, "PTX 60": 5.1234567}


def test_a_zip_behind_the_stub_of_a_program_is_a_zip():
    body = b"MZ\x90\x00 this program cannot be run" + raw("b3_files", "TS310314.ex_")
    assert quoted("TS310314.ex_", body) == quoted("TS310314.ex_")
    assert quoted("TS310314.ex_", zipped({"TS310314.ex_": body})) == quoted("TS310314.ex_")


def rates(**changes: str) -> bytes:
    line = "0000010010120310314T1PRE  DIxPRE         0000300001+00000096500000F00001"
    for old, new in changes.values():
        line = line.replace(old, new, 1)
    return f"{line}\r\n".encode()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (rates(day=("20310314", "20310313")), "of 2031-03-13, not of 2031-03-14"),
        (rates(kind=("F00001", "X00001")), "a record 01X"),
        (rates(sign=("+", " ")), "not a figure"),
        (rates(value=("965", "9,5")), "not digits"),
        (rates() + rates(), "PRE stands twice at 00003 days"),
        (rates(short=("DIxPRE", "DIxPR")), "line 1 has 71 characters, not 72"),
        (zipped({"a": raw("b3_files", "TS310314.ex_"), "b": raw("b3_files", "TS310314.ex_")}), "2 files instead of one"),
    ],
)
def test_rates_that_are_not_as_documented_are_refused(body, reason):
    with pytest.raises(PayloadError, match=reason):
        parsed("TS310314.ex_", body)


def test_premiums_have_strike_and_kind_in_the_units_of_their_contract():
    found = quoted("RE310314.txt")
    assert [found["DOLFABC", name] for name in ("strike", "premium", "is_call")] == [5500.0, 12.345, 1.0]
    assert [found["IDIF001", name] for name in ("strike", "premium", "is_call")] == [385000.0, 12.34, 0.0]
    assert not any(symbol.startswith("BGI") for symbol, _ in found)
    assert {one.maturity_date for one in parsed("RE310314.txt").quotes} == {date(2031, 4, 1), date(2032, 1, 2)}


def test_a_surface_is_named_by_the_delta_in_its_text_and_business_days():
    assert quoted("SV310314.txt") == {
        ("USDBRL_VOL_50_0012", "vol"): 12.345, ("USDBRL_VOL_10_0012", "vol"): 11.5, ("IDI_VOL_01_0199", "vol"): 1.5,
    }


def test_indicators_carry_the_day_before_as_well():
    rows = [(one.source_key, one.source_date, one.value) for one in parsed("ID310314.txt").observations]
    assert rows == [
        ("RT DI1", date(2031, 3, 13), 9.65), ("RT DI1", DAY, 9.65), ("ME DOL-T1", DAY, 51.2345), ("RT FXV", DAY, -0.005),
    ]


def test_the_bulletin_has_settlements_with_the_decimals_of_their_line_and_the_time_they_were_made():
    assert quoted("BF310314.txt") == {
        ("DI1F32", "settlement"): 92765.43, ("DI1F32", "previous"): 92723.1, ("DI1F32", "open_interest"): 1357911,
        ("DOLJ31", "settlement"): 5123.456, ("DOLJ31", "previous"): 5100.0, ("DOLJ31", "open_interest"): 345,
        ("FRCF32", "rate"): -4.12, ("FRCF32", "open_interest"): 0, ("DDIK31", "open_interest"): 0,
    }
    quotes = parsed("BF310314.txt").quotes
    assert {one.published_at.astimezone(UTC) for one in quotes} == {datetime(2031, 3, 15, 0, 30, 22, tzinfo=UTC)}
    assert {one.maturity_date for one in quotes if one.symbol == "DI1F32"} == {date(2032, 1, 2)}


def test_a_bulletin_of_the_shorter_records_before_june_2002_is_refused():
    short = b"\r\n".join(line[:423] for line in raw("b3_files", "BF310314.txt").split(b"\r\n"))
    with pytest.raises(PayloadError, match="BD_Final: line 1 has 423 characters, not 523"):
        parsed("BF310314.txt", short)


def test_the_contract_master_gives_days_to_maturity():
    assert quoted("CONTRCAD310314.txt") == {
        ("DI1F32", "days"): 294, ("DI1F32", "business_days"): 202, ("DI1N31", "days"): 109, ("DI1N31", "business_days"): 74,
    }


def test_an_archived_page_names_a_commodity_on_its_first_line_only():
    assert quoted("AJUSTES310314.html") == {
        ("DI1F32", "previous"): 92723.1, ("DI1F32", "settlement"): 92765.43, ("DI1F33", "settlement"): 84000.01,
        ("FRCF32", "previous"): 4.1, ("FRCF32", "rate"): 4.12,
    }


def test_an_archived_page_of_a_day_without_session_is_empty():
    body = "<h1>Ajustes do Preg&atilde;o</h1><table id='t'><tr><td>Não há dados para a data consultada.</td></tr></table>".encode("latin-1")
    found = payload("b3_files", "AJUSTES310315", body)
    b3_files.validate(found)
    assert b3_files.is_empty(found)
    assert b3_files.parse(found).quotes == ()


def test_a_page_of_rates_is_read_by_its_first_convention():
    assert quoted("PRE310314.html") == {("CURVE_PRE 2031-03-17", "rate"): 9.65, ("CURVE_PRE 2031-04-14", "rate"): 9.71}


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("AJUSTES310314.html", "14/03/2031", "13/03/2031", "settlements of 2031-03-13, not of 2031-03-14"),
        ("AJUSTES310314.html", "F33 ", "F32 ", "DI1F32 stands twice"),
        ("AJUSTES310314.html", "92.765,43", "92,765.43", "not a Brazilian number"),
        ("PRE310314.html", "selected", "chosen", "without curve or day"),
        ("PRE310314.html", "<td>31</td>", "", "5 cells in lines of 3"),
        ("PRE310314.html", "<td>31</td>", "<td>3</td>", "PRE stands twice at 3 days"),
        ("RE310314.txt", "CE20310401", "XE20310401", "DOLFABC XE is of 2031-03-14"),
        ("SV310314.txt", "DELTA 50", "DELTA", "not a line of a surface"),
        ("SV310314.txt", "20310314", "20310313", "surfaces of 2031-03-13, not of 2031-03-14"),
        ("ID310314.txt", "RTDI1", "XXDI1", "XX DI1 of 2031-03-13 in the file of 2031-03-14"),
        ("BF310314.txt", "DI1F32", "DOLJ31", "DOLJ31 stands twice"),
        ("CONTRCAD310314.txt", "DI1N31", "DI1F32", "DI1F32 stands twice"),
    ],
)
def test_files_that_are_not_as_documented_are_refused(name, old, new, reason):
    with pytest.raises(PayloadError, match=reason) as caught:
        parsed(name, changed(name, old, new) if name != "CONTRCAD310314.txt" else changed(name, old + " " * 14, new + " " * 14))
    assert (caught.value.source, caught.value.key) == ("b3_files", name.rsplit(".", 1)[0])


def test_a_tiny_zip_is_no_session():
    found = payload("b3_files", "TS310315", zipped({}))
    assert b3_files.is_empty(found)
    assert b3_files.parse(found).quotes == ()


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [(b"", 200, PayloadError), (b"<html>erro</html>", 200, PayloadError), (b"x", 200, PayloadError), (b"0", 502, SourceDown)],
)
def test_what_is_no_file_is_refused(body, status, error):
    with pytest.raises(error):
        b3_files.validate(payload("b3_files", "TS310314", body, status))


def test_a_series_asks_for_the_file_that_holds_it():
    found = asked("PRE 360", "RT DI1", since=date(2026, 11, 18), until=date(2026, 11, 19))
    assert [one.url for one in found] == [
        f"https://www.b3.com.br/pesquisapregao/download?filelist={name}.ex_" for name in ("TS261118", "TS261119", "ID261118", "ID261119")
    ]


def test_the_bulletin_is_asked_for_until_the_price_report_takes_over():
    found = asked("BF", since=date(2017, 12, 26), until=date(2026, 11, 19))
    assert [one.key for one in found] == ["BF171226", "BF171227", "BF171228"]
    assert date(2018, 1, 2) == b3.FIRST_SESSION


def test_nothing_is_asked_when_the_catalogue_names_nothing():
    assert asked(since=date(2010, 1, 4), until=date(2026, 11, 19)) == []


def test_one_host_has_one_pace():
    assert (b3_files.LIVE_URL, b3_files.HOST) == (b3.LIVE_URL, b3.HOST)
