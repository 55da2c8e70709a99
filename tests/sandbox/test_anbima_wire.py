"""ANBIMA: bonds and curve of five sessions, indices of any, the last session's whole file and unit values."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models_py.quant.daycount import calendar
from tests.sandbox.conftest import INFORMACOES, bonds, curve_form, index_form
from tests.sandbox.world.bond_formulas import price

WHOLE, PAGE = f"{INFORMACOES}/ima/arqs/ima_completo", f"{INFORMACOES}/vna/vna.asp"
# 2024-03-01 is a Friday; sessions of the week before are 22 and 23 February
NOON = "2024-03-01T15:00:00Z"


def test_bonds_are_there_for_five_sessions_and_older_ones_are_404(real):
    kept = ("240223", "240226", "240227", "240228", "240229")
    assert [real(bonds(day), now=NOON).status for day in ("240222", *kept, "240301")] == [404, 200, 200, 200, 200, 200, 404]
    assert [real(bonds(day), now="2024-03-01T23:30:00Z").status for day in ("240223", "240226", "240301")] == [404, 200, 200]


def test_bonds_appear_in_the_evening_and_no_day_without_session_has_any(real):
    assert real(bonds("240229"), now="2024-02-29T22:49:00Z").status == 404
    assert real(bonds("240229"), now="2024-02-29T23:21:00Z").status == 200
    assert real(bonds("231224"), now="2023-12-27T15:00:00Z").status == 404
    assert real(bonds("240125"), now="2024-01-26T15:00:00Z").status == 200
    assert real(bonds("240212"), now="2024-02-14T20:00:00Z").status == 404
    assert real(bonds("240230"), now=NOON).status == 404


def test_the_file_of_bonds_has_a_title_with_the_word_and_commas_without_zeros_at_the_end(real):
    body = real(bonds("240229"), now=NOON).body
    title, empty, heading, *lines = body.decode("latin-1").split("\r\n")
    assert title.startswith("ANBIMA - Associação")
    assert title.endswith("SIMULADO")
    assert (empty, lines.pop()) == ("", "")
    assert b"\xe7\xe3o" in body
    assert {line.count("@") for line in lines} == {heading.count("@")} == {14}
    cells = [line.split("@") for line in lines]
    assert [row[0] for row in cells] == sorted((row[0] for row in cells), key=["LTN", "LFT", "NTN-B", "NTN-F"].index)
    numbers = [cell for row in cells for cell in row[5:14]]
    assert all(re.fullmatch(r"-?\d+(,\d*[1-9])?|--", cell) for cell in numbers)


def test_a_bond_without_bid_and_offer_has_two_hyphens(real):
    days = ("240223", "240226", "240227", "240228", "240229")
    rows = [line.split("@") for day in days for line in real(bonds(day), now=NOON).body.decode("latin-1").split("\r\n")[3:-1]]
    unquoted = [row for row in rows if "--" in row]
    assert 0 < len(unquoted) < len(rows) / 10
    assert all([place for place, cell in enumerate(row) if cell == "--"] == [5, 6] for row in unquoted)


def test_every_price_on_the_wire_follows_from_the_yield_beside_it_and_the_page_of_unit_values(real):
    page = real(PAGE, now=NOON).body.decode("latin-1")
    unit = {code: float(value.replace(".", "").replace(",", ".")) for code, value in
            re.findall(r"<td>(\d{6})</td>\s*<td>([\d.,]+)</td>", page)}
    lines = [line.split("@") for line in real(bonds("240229"), now=NOON).body.decode("latin-1").split("\r\n")[3:-1]]
    for kind, _, code, _, due, *figures in lines:
        rate, printed = (float(text.replace(",", ".")) for text in figures[2:4])
        maturity = date(int(due[:4]), int(due[4:6]), int(due[6:]))
        assert printed == price(kind, rate, date(2024, 2, 29), maturity, unit.get(code, 0.0)), (kind, due)
    assert {line[0] for line in lines} == {"LTN", "LFT", "NTN-B", "NTN-F"}


def test_the_curve_of_a_holiday_is_that_of_the_session_before_and_of_a_weekend_there_is_none(real):
    # 12 and 13 February 2024 are carnival
    ash = "2024-02-14T23:30:00Z"
    assert real(**curve_form("12/02/2024"), now=ash).body.startswith(b"09/02/2024;Beta 1;")
    assert real(**curve_form("13/02/2024"), now=ash).body == real(**curve_form("09/02/2024"), now=ash).body
    saturday = real(**curve_form("10/02/2024"), now=ash)
    assert (saturday.status, saturday.body) == (200, b"")


def test_a_curve_that_is_too_old_or_not_out_is_an_empty_answer(real):
    found = {day: real(**curve_form(f"{day}/02/2024"), now=NOON) for day in (22, 23, 29)}
    assert [len(found[day].body) > 0 for day in found] == [False, True, True]
    today = real(**curve_form("01/03/2024"), now=NOON)
    assert (today.status, today.body) == (200, b"")
    assert real(**curve_form("31/02/2024"), now=NOON).body == b""


def test_the_curve_has_four_blocks_thousands_with_a_dot_and_exponents(real):
    text = real(**curve_form("29/02/2024"), now=NOON).body.decode("latin-1")
    assert text.endswith("\r\n\r\n")
    parameters, vertices, circular, errors = (block.split("\r\n") for block in text.removesuffix("\r\n\r\n").split("\r\n\r\n"))
    assert [line.split(";")[0] for line in parameters] == ["29/02/2024", "PREFIXADOS", "IPCA"]
    assert re.search(r";-?\d,\d{10,14}E-0\d;", parameters[1])
    assert vertices[0].startswith("ETTJ Inflação Implicita (IPCA)")
    assert "SIMULADO" in vertices[0]
    assert [line.split(";")[0] for line in vertices[2:]][6:9] == ["882", "1.008", "1.134"]
    assert vertices[-1].endswith(";;")
    assert [line.split(";")[0] for line in circular[2:]] == ["21", "42", "63", "126", "252", "504", "756", "1.008", "1.260", "2.520"]
    assert all(re.fullmatch(r"(LTN|NTN-F|NTN-B);\d{6};\d\d/\d\d/\d{4};-?0,\d{4}", line) for line in errors[2:])


@pytest.mark.parametrize("day", ["12/02/2024", "25/02/2024", "01/03/2024", "30/12/2009", "99/99/2024"])
def test_a_day_without_indices_has_a_title_alone(real, day):
    for form in ("csv", "xml"):
        assert real(**index_form(day, form), now=NOON).body == b"TOTAIS - QUADRO RESUMO - SIMULADO\r\n"


def test_indices_of_any_session_are_there_and_do_not_depend_on_now(real):
    first = real(**index_form("04/01/2010"), now="2010-01-05T15:00:00Z").body.decode("latin-1").split("\r\n")
    assert [line.split(";")[:3] for line in first[2:4]] == [
        ["IRF-M 1", "04/01/2010", "1.000,000000"], ["IRF-M 1+", "04/01/2010", "1.000,000000"],
    ]  # fmt: skip
    assert first[2].split(";")[3:8] == ["--"] * 5
    for form in ("csv", "xml"):
        early, late = (real(**index_form("29/06/2012", form), now=now).body for now in ("2012-07-02T15:00:00Z", NOON))
        assert early == late


def test_xml_of_indices_says_what_the_csv_says(real):
    lines = real(**index_form("29/02/2024"), now=NOON).body.decode("latin-1").split("\r\n")[2:-1]
    totals = re.findall(r"<TOTAL (.*?) />", real(**index_form("29/02/2024", "xml"), now=NOON).body.decode("latin-1"))
    told = [re.findall(r"='([^']*)'", total) for total in totals]
    assert [[name, *figures] for name, _, *figures in (line.split(";") for line in lines)] == told
    assert len(told) == 9


def test_the_whole_file_comes_in_the_evening_and_again_with_more_decimals_in_the_morning(real):
    evening, morning = (
        real(f"{WHOLE}.txt", now=now).body.decode("latin-1") for now in ("2024-02-29T23:30:00Z", "2024-03-01T12:00:00Z")
    )
    first, again = ([line.split("@") for line in text.split("\r\n") if line[:2] in ("1@", "2@")] for text in (evening, morning))
    assert [row[1] for row in first if row[0] == "1"][2] == "29/02/2024"
    assert len(first) == len(again)
    cells = [(one, other) for row, rest in zip(first, again, strict=True) for one, other in zip(row, rest, strict=True) if one != other]
    assert all(re.fullmatch(r"-?\d+,\d{4}", one) and abs(float(one.replace(",", ".")) - float(other.replace(",", "."))) <= 5e-5
               for one, other in cells)  # fmt: skip
    assert any(re.fullmatch(r"\d+,\d{10,}", other) for _, other in cells)
    assert evening.split("\r\n")[0].endswith("SIMULADO")


def test_the_xml_of_the_whole_file_names_each_index_and_says_what_the_text_says(real):
    text = real(f"{WHOLE}.txt", now=NOON).body.decode("latin-1")
    xml = real(f"{WHOLE}.xml", now=NOON).body.decode("latin-1")
    assert re.findall(r"T_Indice='([^']+)'", xml) == ["1", "1+", "TOTAL", "5", "5+", "TOTAL", "TOTAL", "TOTAL", "TOTAL"]
    assert "SIMULADO" in xml
    prices = [line.split("@")[8] for line in text.split("\r\n") if re.match(r"2@\d", line)]
    assert re.findall(r"C_PU='([^']+)'", xml) == prices
    assert len(prices) > 100


def test_the_page_of_unit_values_projects_inflation_until_it_is_printed(real):
    def row(now):
        return re.findall(r"<td>([^<]+)</td>", real(PAGE, now=now).body.decode("latin-1").split("760199")[1])[:4]

    # inflation of March 2024 is printed on a day of April; the values below are those of this world
    projected, printed = row("2024-04-05T23:30:00Z"), row("2024-04-12T23:30:00Z")
    assert [projected[2], printed[2]] == ["P", "F"]
    assert re.fullmatch(r"\d\.\d{3},\d{6}", projected[0])
    assert "SIMULADO" in real(PAGE, now=NOON).body.decode("latin-1")


def test_what_the_site_has_not_is_404_and_names_what_it_has(real):
    assert b"ima_completo" in real(f"{INFORMACOES}/ima/arqs/ima_complet.txt", now=NOON).body
    other = index_form("29/02/2024", "xls")
    assert real(**other, now=NOON).status == 404


# a year with summer time at both its ends
@given(seconds=st.integers(int(datetime(2018, 2, 1, tzinfo=UTC).timestamp()), int(datetime(2018, 12, 30, tzinfo=UTC).timestamp())))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_of_a_session_is_served_before_the_evening_of_that_session(real, seconds):
    now = datetime.fromtimestamp(seconds, UTC)
    local = now.astimezone(ZoneInfo("America/Sao_Paulo"))
    out, late = (local.hour * 60 + local.minute >= limit for limit in (19 * 60 + 50, 20 * 60 + 20))
    sessions = [day.item() for day in calendar("b3").days(local.date() - timedelta(days=25), local.date())]
    told = re.search(r"<b>(\d\d)/(\d\d)/(\d{4})</b>", real(PAGE, now=now.isoformat()).body.decode("latin-1"))
    newest = date(int(told[3]), int(told[2]), int(told[1]))
    before = [day for day in sessions if day < local.date()]
    assert newest in ({local.date()} if late and sessions[-1] == local.date() else {before[-1], *([local.date()] if out else [])})
    served = [day for day in sessions if real(bonds(f"{day:%y%m%d}"), now=now.isoformat()).status == 200]
    assert served == [day for day in sessions if day <= newest][-5:]
    curves = {day: real(**curve_form(f"{day:%d/%m/%Y}"), now=now.isoformat()).body for day in sessions[-7:]}
    assert [day for day, body in curves.items() if body.startswith(f"{day:%d/%m/%Y};".encode())] == [day for day in served if day in curves]


def test_bytes_of_a_session_do_not_depend_on_now(real):
    evening, later = "2024-02-26T23:30:00Z", "2024-03-01T15:00:00Z"
    assert real(bonds("240226"), now=evening).body == real(bonds("240226"), now=later).body
    assert real(**curve_form("26/02/2024"), now=evening).body == real(**curve_form("26/02/2024"), now=later).body
