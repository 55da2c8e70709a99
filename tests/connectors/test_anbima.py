from datetime import UTC, date, datetime
from urllib.parse import parse_qs

import pytest

from models_py.kernel.errors import PayloadError, SourceDown, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, anbima
from tests.connectors.build import payload, raw

DAY = date(2031, 3, 14)
SITE = Endpoint("https://www.anbima.com.br")


def parsed(name: str, body: bytes | str | None = None, key: str | None = None, status: int = 200):
    stem = name.rsplit(".", 1)[0]
    return anbima.parse(payload("anbima", key or stem, raw("anbima", name) if body is None else body, status))


def observed(name: str) -> dict[str, float | None]:
    return {one.source_key: one.value for one in parsed(name).observations}


def quoted(name: str) -> dict[tuple[str, str], float | None]:
    return {(one.symbol, one.field): one.value for one in parsed(name).quotes}


def text(name: str) -> str:
    return raw("anbima", name).decode("latin-1")


def asked(*keys: str, since: date = date(2026, 1, 2), until: date = date(2026, 11, 20)):
    return anbima.plan([CatalogueRow(key, "anbima", key, "daily", revisable=False) for key in keys], since, until, SITE)


def test_a_bond_has_yields_in_percent_and_a_price_in_reais():
    found = quoted("ms310314.txt")
    assert found["LTN 2032-04-01", "rate"] == 10.0008
    assert found["LTN 2032-04-01", "price"] == 904.761904
    assert (found["LTN 2032-04-01", "bid_rate"], found["LTN 2032-04-01", "ask_rate"]) == (10.0121, 9.9894)
    assert found["LTN 2032-04-01", "deviation_rate"] == 0.0012345678901
    assert [found["LTN 2032-04-01", name] for name in ("lower_rate", "upper_rate", "next_lower_rate", "next_upper_rate")] == [
        9.7101, 10.3102, 9.71, 10.31,
    ]  # fmt: skip


def test_a_figure_that_is_not_there_is_left_out_and_a_spread_may_be_negative():
    found = quoted("ms310314.txt")
    assert found["LFT 2033-03-01", "rate"] == -0.0102
    assert not {("LFT 2033-03-01", name) for name in ("bid_rate", "ask_rate", "deviation_rate")} & set(found)


def test_bonds_carry_their_maturity_and_no_time():
    quotes = parsed("ms310314.txt").quotes
    assert {(one.source_key, one.source_date, one.published_at) for one in quotes} == {("TPF", DAY, None)}
    assert {one.maturity_date for one in quotes if one.symbol == "NTN-B 2035-05-15"} == {date(2035, 5, 15)}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("Tx. Compra", "Taxa Compra", "unknown heading"),
        ("@Calculado\r\nNTN-F", "\r\nNTN-F", "line 3 has 14 cells under 15 columns"),
        ("LTN@20310314", "LTN@20310313", "LTN 2032-04-01 is of 2031-03-13, not of 2031-03-14"),
        ("20320401", "20320431", "day"),
        ("NTN-F@20310314@950199@20280105@20350101", "LTN@20310314@100000@20280105@20320401", "LTN 2032-04-01 stands twice"),
        ("904,761904", "904.761904", "not a Brazilian number"),
        ("LTN@", "ltn@", "not the title of a bond"),
    ],
)
def test_a_file_of_bonds_that_is_not_as_documented_is_refused(old, new, reason):
    with pytest.raises(PayloadError, match=reason) as caught:
        parsed("ms310314.txt", text("ms310314.txt").replace(old, new, 1).encode("latin-1"))
    assert (caught.value.source, caught.value.key) == ("anbima", "ms310314")


def test_bonds_that_the_site_no_longer_keeps_are_missing_and_no_error():
    gone = payload("anbima", "ms310314", "<html><title>404</title></html>", 404)
    anbima.validate(gone)
    assert anbima.is_empty(gone)
    assert anbima.parse(gone).quotes == ()


def test_the_curve_gives_parameters_vertices_and_what_each_bond_misses():
    found = observed("CZ-down 2031-03-14.csv")
    assert (found["ETTJ PREFIXADOS Beta 2"], found["ETTJ PREFIXADOS Lambda 1"], found["ETTJ IPCA Beta 4"]) == (-0.0055, 1.25, 0.0175)
    assert (found["ETTJ IPCA 126"], found["ETTJ PREF 1008"], found["ETTJ INFLACAO 252"]) == (6.1234, 10.2, 3.7497)
    assert found["ETTJ IPCA 2646"] == 5.8
    assert "ETTJ PREF 2646" not in found
    assert (found["CIRCULAR 3361 21"], found["CIRCULAR 3361 1260"]) == (9.8, 10.25)
    assert quoted("CZ-down 2031-03-14.csv") == {
        ("LTN 2032-04-01", "curve_error_rate"): 0.0123, ("NTN-B 2035-05-15", "curve_error_rate"): -0.0456,
    }


def test_line_feeds_alone_change_nothing():
    body = text("CZ-down 2031-03-14.csv").replace("\r\n", "\n").encode("latin-1")
    assert parsed("CZ-down 2031-03-14.csv", body) == parsed("CZ-down 2031-03-14.csv")


def test_a_day_without_publication_has_an_empty_body_or_the_curve_of_the_day_before():
    for body, key in ((b"", "CZ-down 2031-03-15"), (raw("anbima", "CZ-down 2031-03-14.csv"), "CZ-down 2031-03-17")):
        found = payload("anbima", key, body)
        anbima.validate(found)
        assert anbima.is_empty(found)
        assert anbima.parse(found).observations == ()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("PREFIXADOS (CIRCULAR 3.361)\r\nVertices;Taxa (%a.a.)\r\n21;9,8\r\n1.260;10,25\r\n\r\n", "", "3 blocks instead of four"),
        ("Beta 1", "Beta1", "unknown parameters"),
        ("1.008;", "1,008;", "not a vertex"),
        ("252;", "126;", "stands twice"),
        ("9,8765;3,5366", "9,8765", "has not the 4 cells"),
        ("Erro Título", "Resíduo", "unknown block"),
    ],
)
def test_a_curve_that_is_not_as_documented_is_refused(old, new, reason):
    with pytest.raises(PayloadError, match=reason):
        parsed("CZ-down 2031-03-14.csv", text("CZ-down 2031-03-14.csv").replace(old, new, 1).encode("latin-1"))


def test_the_curve_of_the_day_has_the_last_close_and_now():
    assert observed("cIntra-down.csv") == {
        "INTRADIA PREFIXADOS 21 D-1": 9.8123, "INTRADIA PREFIXADOS 21 D0": 9.8234, "INTRADIA PREFIXADOS 1008 D-1": 10.2,
        "INTRADIA PREFIXADOS 1008 D0": 10.21, "INTRADIA IPCA 126 D-1": 6.1, "INTRADIA IPCA 126 D0": 6.12,
    }


def test_an_index_has_its_figures_by_their_names_in_every_form():
    found = observed("ima-sh-down 2031-03-14.csv")
    assert (found["IRF-M Num_Indice"], found["IRF-M Var_Mensal"], found["IRF-M Pi_Qi"]) == (32123.456789, 0.4123, 1234567890)
    assert (found["IMA-S Duration"], found["IMA-S Num_De_Oper"], found["IMA-S Yield"]) == (1, None, None)
    other = observed("ima-sh-down 2031-03-14.xml")
    assert {key: found[key] for key in other} == other
    assert len(other) == 8


def test_a_title_alone_is_a_day_without_indices():
    found = payload("anbima", "ima-sh-down 2031-03-15", "TOTAIS - QUADRO RESUMO\r\n")
    anbima.validate(found)
    assert anbima.is_empty(found)


def test_indices_of_another_day_than_the_one_asked_for_are_refused():
    with pytest.raises(PayloadError, match="IRF-M Num_Indice is of 2031-03-14, not of 2031-03-13"):
        parsed("ima-sh-down 2031-03-14.csv", key="ima-sh-down 2031-03-13")


def test_the_whole_file_has_totals_under_keys_of_their_own_members_and_bonds():
    found = observed("ima_completo.txt")
    assert (found["completo IRF-M Yield"], found["completo IMA-GERAL ex-C Num_De_Oper"]) == (10.0123456789, None)
    assert found["completo IRF-M LTN 2032-04-01 Peso"] == 100.0
    assert found["completo IMA-GERAL ex-C LTN 2032-04-01 Quantidade_Teorica"] == 2.5
    bonds = quoted("ima_completo.txt")
    assert (bonds["LTN 2032-04-01", "index_rate"], bonds["LTN 2032-04-01", "index_price"]) == (10.0008, 904.761904)
    assert bonds["NTN-B 2035-05-15", "index_coupon"] == 12.345678
    assert ("NTN-B 2035-05-15", "index_trades") not in bonds
    assert observed("ima_completo.xml")["completo IRF-M Peso"] == 45.0
    assert quoted("ima_completo.xml")["LTN 2032-04-01", "index_price"] == 904.761904


def test_a_bond_that_is_worth_two_things_in_two_indices_is_refused():
    body = text("ima_completo.txt").replace("904,761904", "904,761905", 1).encode("latin-1")
    with pytest.raises(PayloadError, match=r"PU of LTN 2032-04-01 is 904\.761905 in one index and 904\.761904 in IMA-GERAL ex-C"):
        parsed("ima_completo.txt", body)


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("ima-sh-down 2031-03-14.csv", "Yield", "Juros", "unknown columns of the totals"),
        ("ima-sh-down 2031-03-14.csv", ";10,0456", "", "a line of 17 cells under 18"),
        ("ima-sh-down 2031-03-14.xml", "T_Yield", "T_Juros", "unknown figure Juros"),
        ("ima-sh-down 2031-03-14.xml", "</IMA>", "", "not XML"),
        ("ima_completo.txt", "2@COMPOSIÇÃO", "3@COMPOSIÇÃO", "unknown record"),
        ("ima_completo.txt", "@Convexidade\r\n2@14", "@Curvatura\r\n2@14", "unknown columns of the portfolio"),
        ("ima_completo.xml", " DT_REF='14/03/2031'", "", "without date"),
    ],
)
def test_indices_that_are_not_as_documented_are_refused(name, old, new, reason):
    with pytest.raises(PayloadError, match=reason):
        parsed(name, text(name).replace(old, new, 1).encode("latin-1"))


def test_unit_values_come_with_the_inflation_or_the_rate_that_they_run_on():
    assert observed("vna.html") == {
        "VNA 760199": 6012.345678, "VNA 760199 IPCA": 0.41, "VNA 210100": 29876.6, "VNA 210100 Selic": 9.65,
    }
    assert {one.source_date for one in parsed("vna.html").observations} == {DAY}


def test_quantities_in_the_market_are_quotes_of_bonds():
    assert quoted("imaq.html") == {
        ("LTN 2032-04-01", "market_quantity"): 151617.181, ("LTN 2032-04-01", "market_price"): 904.761904,
        ("LTN 2032-04-01", "market_value"): 137177449, ("LTN 2032-04-01", "quantity_change"): -0.09,
    }


def test_the_diffusion_says_what_was_bid_offered_and_traded_and_when():
    quotes = parsed("difusao 2031-03-14.csv").quotes
    found = {one.field: (one.value, one.published_at.astimezone(UTC) if one.published_at else None) for one in quotes}
    assert found["noon_bid_rate"] == (10.01, datetime(2031, 3, 14, 15, 0, tzinfo=UTC))
    assert found["call_ask_rate"] == (9.995, datetime(2031, 3, 14, 12, 10, tzinfo=UTC))
    assert found["selic_traded_value"] == (212123456.78, None)
    assert {one.symbol for one in quotes} == {"LTN 2032-04-01"}


def test_a_workbook_is_the_history_of_an_index_under_the_same_keys():
    rows = parsed("IRF-M 1.xls").observations
    assert [(one.source_key, one.source_date, one.value) for one in rows if one.source_key.endswith(("Num_Indice", "Duration"))] == [
        ("IRF-M 1 Num_Indice", DAY, 1000.0), ("IRF-M 1 Duration", DAY, None),
        ("IRF-M 1 Num_Indice", date(2031, 3, 17), 1000.5), ("IRF-M 1 Duration", date(2031, 3, 17), 120.25),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "body", "status", "error"),
    [
        ("ms310314", "<html>Manutenção programada</html>".encode(), 200, SourceDown),
        ("ms310314", b"<html><title>Erro</title></html>", 200, PayloadError),
        ("vna", b"<html><title>Erro</title></html>", 200, PayloadError),
        ("ima-sh-down 2031-03-14", b"", 200, PayloadError),
        ("CZ-down 2031-03-14", b"<html><title>Erro</title></html>", 200, PayloadError),
        ("CZ-down 2031-03-14", b"denied", 403, SourceRefused),
        ("ima_completo", b"gone", 404, SourceRefused),
        ("ms310314", b"busy", 503, SourceDown),
    ],
)
def test_what_is_none_of_anbimas_files_is_refused_by_its_name(key, body, status, error):
    with pytest.raises(error) as caught:
        anbima.validate(payload("anbima", key, body, status))
    assert type(caught.value) is error


def test_bonds_and_curve_are_asked_for_the_sessions_that_the_site_keeps():
    assert anbima.KEEPS_SESSIONS == 5
    found = asked("TPF", "ETTJ PREFIXADOS Beta 1")
    days = ["2026-11-13", "2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19"]        # 20 November is a holiday
    assert [one.key for one in found] == [*(f"ms{day[2:].replace('-', '')}" for day in days), *(f"CZ-down {day}" for day in days)]
    assert found[0].url == "https://www.anbima.com.br/informacoes/merc-sec/arqs/ms261113.txt"
    assert (found[5].method, found[5].url) == ("POST", "https://www.anbima.com.br/informacoes/est-termo/CZ-down.asp")
    assert parse_qs(found[5].body.decode()) == {"Idioma": ["PT"], "Dt_Ref": ["13/11/2026"], "saida": ["csv"]}


def test_indices_are_asked_for_every_session_since_2010():
    found = asked("IMA-B Num_Indice", since=date(2009, 12, 1), until=date(2010, 1, 6))
    assert [one.key for one in found] == ["ima-sh-down 2010-01-04", "ima-sh-down 2010-01-05", "ima-sh-down 2010-01-06"]
    fields = parse_qs(found[0].body.decode(), keep_blank_values=True)
    assert (fields["Dt_Ref"], fields["saida"], fields["Tipo"]) == (["04/01/2010"], ["csv"], [""])


def test_what_holds_the_last_day_alone_is_asked_for_each_time():
    found = asked("VNA 760199", "completo IRF-M Yield")
    root = "https://www.anbima.com.br/informacoes"
    assert [one.url for one in found] == [f"{root}/vna/vna.asp", f"{root}/ima/arqs/ima_completo.txt"]
    assert not any(anbima.settled(one, datetime(2030, 1, 1, tzinfo=UTC)) for one in found)


def test_nothing_is_asked_when_the_catalogue_names_nothing():
    assert asked() == []


def test_a_session_is_due_in_the_evening_and_final_a_week_later():
    (request,) = asked("TPF", since=date(2026, 11, 19), until=date(2026, 11, 19))
    assert anbima.due(request) == datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
    assert not anbima.settled(request, datetime(2026, 11, 26, tzinfo=UTC))
    assert anbima.settled(request, datetime(2026, 11, 28, tzinfo=UTC))
    assert not anbima.abandoned(request, datetime(2026, 12, 1, tzinfo=UTC))
    assert anbima.abandoned(request, datetime(2026, 12, 21, tzinfo=UTC))
