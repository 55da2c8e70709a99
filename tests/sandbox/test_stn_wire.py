"""The Treasury: bytes of its hosts and their refusals; what the connector reads is what the world printed."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models_py.kernel import seeds
from models_py.kernel.clock import instant
from pipelines.connectors import CatalogueRow, Endpoint, Payload, Request, stn
from pipelines.connectors._sheets import read_workbook
from pipelines.connectors._stn_rtn import label, rtn_rows
from pipelines.sandbox.clock import ServedClock
from pipelines.sandbox.faults import Plan
from pipelines.sandbox.render._stn_rtn import RESOURCE
from pipelines.sandbox.service import Service
from pipelines.sandbox.world import World
from pipelines.sandbox.world.prints import assemble
from pipelines.sandbox.world.rtn import KEYS, LINES
from pipelines.sandbox.world.siconfi import ACCOUNTS, ANNEX, COLUMNS, deliveries
from pipelines.sandbox.world.siconfi import KEYS as REPORTS
from tests.sandbox.conftest import AGENT, SHOW, SICONFI
from tests.sandbox.test_recorded_forms import is_compact, same_form
from tests.sandbox.test_round_trip import parsed

quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
REPORT = f"{SICONFI}/rreo?an_exercicio=2023&nr_periodo=4&co_tipo_demonstrativo=RREO&no_anexo=RREO-Anexo%2001&id_ente=1"
NET = "rtn/receita liquida"
SPENT = f"siconfi/1/{ANNEX}/DespesasCorrentes/DESPESAS PAGAS ATÉ O BIMESTRE (j)"


@pytest.fixture(scope="module")
def world():
    return World(until=date(2024, 12, 31))


@pytest.fixture(scope="module")
def ask(world):
    """An answer of the world at an instant."""

    def call(target: str, now: str = "2024-03-01T15:00:00Z"):
        with Service(ServedClock(instant(now)), Plan("calm"), lambda until: world).respond("GET", target, AGENT) as answer:
            return answer

    return call


def address(answer) -> str:
    return json.loads(answer.body)["result"]["url"].replace("https://www.tesourotransparente.gov.br", "/stn")


def test_ckan_says_where_the_edition_of_the_month_is_and_when_it_came(ask):
    found = json.loads(ask(SHOW).body)["result"]
    assert found["url"].endswith(f"/ckan/dataset/RTN/resource/{RESOURCE}/download/serie_historica_jan24.xlsx")
    assert found["last_modified"] == "2024-02-28T14:30:00.000000"
    assert "SIMULADO" in found["name"]


def test_the_address_changes_with_the_month_and_the_old_one_is_gone(ask):
    before, after = address(ask(SHOW, "2024-02-27T15:00:00Z")), address(ask(SHOW))
    assert (before[-10:], after[-10:]) == ("dez23.xlsx", "jan24.xlsx")
    assert ask(before).status == 404
    assert ask(after).status == 200


def test_a_resource_that_is_not_there_is_ckan_s_failure(ask):
    answer = ask("/stn/ckan/api/3/action/resource_show?id=0")
    assert (answer.status, json.loads(answer.body)["success"]) == (404, False)


def workbook(ask, now: str = "2024-03-01T15:00:00Z"):
    answer = ask(address(ask(SHOW, now)), now)
    return read_workbook(Payload("stn", "rtn workbook", "", answer.body, 200, answer.content_type, instant(now), "0", "f"))


def test_the_result_is_in_one_sheet_among_others_that_resemble_it(ask):
    book = workbook(ask)
    assert list(book) == ["Índice", "1.1", "1.2", "2.2"]
    sheet = book["1.2"]
    assert [sheet[row, 0] for row in (0, 1, 2, 4, 5)] == [
        "Voltar", "Tabela 1.2. Resultado Primário do Governo Central - Brasil - Mensal", "R$ Milhões - Valores Correntes", "Discriminação",
        "1. RECEITA TOTAL 1/",
    ]
    assert (sheet[4, 1], sheet[4, 2]) == (40179.0, 40210.0)                  # January and February 2010


def values(world, key: str, now: str) -> dict[date, float]:
    found = world.prints("stn", key).latest(np.datetime64(now))
    return dict(zip(found.source_date.tolist(), found.value.tolist(), strict=True))


@pytest.mark.parametrize("now", ["2015-03-31T12:00:00", "2023-07-05T12:00:00", "2024-03-01T15:00:00"])
def test_the_workbook_reads_back_as_the_edition_was_printed(world, ask, now):
    read = {(key, day): value for key, day, value in rtn_rows(workbook(ask, f"{now}Z"))}
    wanted = {
        (f"rtn/{label(text)}", day): value for key, text in zip(KEYS, LINES, strict=True) for day, value in values(world, key, now).items()
    }
    assert read == wanted
    assert len({key for key, _ in read}) == len(LINES)


ROWS = st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 1) + 0.0), min_size=1, max_size=40)


@given(st.lists(ROWS, min_size=len(KEYS), max_size=len(KEYS)))
@quick
def test_any_figures_read_back_through_the_workbook(rows):
    months = np.arange("2010-01", "2013-05", dtype="datetime64[M]").astype("datetime64[D]")
    held = {
        key: assemble("stn", key, months[: len(row)], np.full(len(row), np.datetime64("2024-02-01", "us")), np.array(row), decimals=1)
        for key, row in zip(KEYS, rows, strict=True)
    }
    made = SimpleNamespace(seed=7, until=date(2024, 12, 31), truth=None, b3=None, prints=lambda source, key: held[key],
                           keys=lambda source: KEYS if source == "stn" else ())  # fmt: skip
    service = Service(ServedClock(instant("2024-03-01T15:00:00Z")), Plan("calm"), lambda until: made)
    with service.respond("GET", SHOW, AGENT) as shown, service.respond("GET", address(shown), AGENT) as answer:
        read = parsed("stn", f"rtn workbook modified {json.loads(shown.body)['result']['last_modified']}", answer).observations
    longest = max(map(len, rows))
    assert {(one.source_key, one.source_date): one.value for one in read} == {
        (f"rtn/{label(text)}", months[n].item()): value for text, row in zip(LINES, rows, strict=True) for n, value in enumerate(row)
    }
    assert {one.published_at for one in read if one.source_date == months[longest - 1].item()} == {datetime(2024, 2, 1, tzinfo=UTC)}


@pytest.mark.parametrize("seed", [20100104, 1, 2])
def test_every_edition_adds_up(seed):
    made = World(seed, until=date(2023, 12, 31))
    names = {text.split(" ", 1)[0].rstrip("."): key for key, text in zip(KEYS, LINES, strict=True)}
    for now in ("2012-05-30T12:00:00", "2019-01-31T23:00:00", "2023-12-29T23:00:00"):
        row = {name: values(made, key, now) for name, key in names.items()}
        for day in row["1"]:
            one = {name: found[day] for name, found in row.items()}
            assert one["1"] == pytest.approx(one["1.1"] + one["1.2"] + one["1.3"], abs=0.01)
            assert one["3"] == pytest.approx(one["1"] - one["2"], abs=0.01)
            assert one["4"] == pytest.approx(one["4.1"] + one["4.2"] + one["4.3"] + one["4.4"], abs=0.01)
            assert one["5"] == pytest.approx(one["3"] - one["4"], abs=0.01)
            assert one["5"] == pytest.approx(one["5.1"] + one["5.2"] + one["5.3"], abs=0.01)
            assert one["5.3"] == pytest.approx(one["1.2"] - one["4.1"], abs=0.01)


def test_prior_months_are_restated_and_years_later_no_more(world):
    prints = world.prints("stn", KEYS[0])
    versions = np.bincount((prints.source_date.astype("datetime64[M]") - np.datetime64("2010-01")).astype(int))
    assert np.median(versions) == 4
    wait = prints.published_at - prints.source_date.astype("datetime64[us]")
    assert wait.max() < np.timedelta64(170, "D")


# SICONFI


def test_the_log_of_deliveries_has_each_bimester_once_and_again_when_rectified(ask, world):
    rows = [row for year in range(2015, 2025) for row in
            json.loads(ask(f"{SICONFI}/extrato_entregas?id_ente=1&an_referencia={year}", "2024-12-31T12:00:00Z").body)["items"]]
    assert {row["status_relatorio"] for row in rows} == {"HO", "RE"}
    first = [(row["exercicio"], row["periodo"]) for row in rows if row["status_relatorio"] == "HO"]
    assert first == [(year, number) for year in range(2015, 2024) for number in range(1, 7)] + [(2024, number) for number in range(1, 6)]
    assert {row["cod_ibge"] for row in rows} == {1}


def test_a_report_has_every_account_under_every_column_and_links_inside(ask):
    found = json.loads(ask(REPORT).body)
    assert [(row["cod_conta"], row["coluna"]) for row in found["items"]] == [(a, c) for a in ACCOUNTS for c in COLUMNS]
    assert (found["hasMore"], found["limit"], found["offset"], found["count"]) == (False, 5000, 0, 12)
    assert found["links"][0]["href"].startswith("http://interno.")


def test_pages_are_cut_by_limit_and_offset(ask):
    pages = [json.loads(ask(f"{REPORT}&limit=5&offset={offset}").body) for offset in (0, 5, 10)]
    assert [page["hasMore"] for page in pages] == [True, True, False]
    assert [row for page in pages for row in page["items"]] == json.loads(ask(REPORT).body)["items"]


@pytest.mark.parametrize("query", [
    REPORT.replace("&co_tipo_demonstrativo=RREO", ""), REPORT.replace("id_ente=1", "id_ente=33"),
    REPORT.replace("nr_periodo=4", "nr_periodo=7"), REPORT.replace("2023", "2031"), f"{SICONFI}/rgf?an_exercicio=2023",
    f"{SICONFI}/extrato_entregas?id_ente=1&an_referencia=2031",
])  # fmt: skip
def test_what_is_not_delivered_or_asked_for_wrongly_has_no_items(ask, query):
    answer = ask(query)
    assert (answer.status, json.loads(answer.body)["items"]) == (200, [])


def test_the_older_path_is_moved(ask):
    answer = ask(REPORT.replace("/ords/cdwhprd/", "/ords/"))
    assert (answer.status, dict(answer.headers)["Location"]) == (301, REPORT)


def test_the_retail_site_keeps_programs_out(ask):
    answer = ask("/stn/documents/d/guest/rendimento-investir-csv?download=true")
    assert answer.status == 403
    with pytest.raises(Exception, match="Cloudflare"):
        parsed("stn", "tesouro_direto_hoje", answer)


def test_an_unknown_address_names_the_nearest(ask):
    assert b"siconfi" in ask("/stn/ords/cdwhprd/siconfi/tt/relatorios").body


@pytest.mark.recorded
@pytest.mark.parametrize(("file", "target"), [
    ("siconfi_rreo_uniao_2026_b4_anexo01.json", REPORT), ("siconfi_empty_items.json", REPORT.replace("2023", "2031")),
    ("siconfi_extrato_entregas_uniao_2026.json", f"{SICONFI}/extrato_entregas?id_ente=1&an_referencia=2023"),
    ("ckan_resource_show_rtn.json", SHOW),
])  # fmt: skip
def test_answers_have_the_recorded_form(recorded, ask, file, target):
    theirs, ours = (recorded / "stn" / file).read_bytes(), ask(target).body
    bare = {name: value for name, value in json.loads(ours).items() if name != "links"}       # cut from the recordings
    whole = re.compile(rb'"valor":\s*(-?\d+)(?=[,}])')                               # an amount without cents is written without them
    same_form(*(whole.sub(rb'"valor":\1.5', text) for text in (json.dumps(bare).encode(), theirs)))
    assert is_compact(ours)


def test_subtotals_of_a_report_are_the_sums_of_their_items(world):
    def at(account: str, column: str) -> dict[date, float]:
        return values(world, f"siconfi/1/{ANNEX}/{account}/{column}", "2024-12-01")

    for column in COLUMNS:
        current, whole = at("DespesasCorrentes", column), at("DespesasExcetoIntraOrcamentarias", column)
        parts = [at(name, column) for name in ("PessoalEEncargosSociais", "JurosEEncargosDaDivida", "OutrasDespesasCorrentes")]
        capital = at("DespesasDeCapital", column)
        for day, value in current.items():
            assert value == pytest.approx(sum(part[day] for part in parts), abs=0.01)
            assert whole[day] == pytest.approx(value + capital[day], abs=0.01)


# the connector against the sandbox


def follow_all(ask, now: str, *keys: str):
    rows = [CatalogueRow(key, "stn", key, "monthly", revisable=True) for key in keys]
    queue: list[Request] = stn.plan(rows, date(2022, 1, 1), instant(now).date(), Endpoint("/stn"))
    queue = [request for request in queue if request.key.startswith(("rtn", "siconfi"))]
    while queue:
        request = queue.pop(0)
        answer = ask(request.url, now)
        payload = Payload("stn", request.key, request.url, answer.body, answer.status, answer.content_type, instant(now), "0", "f")
        stn.validate(payload)
        queue += stn.follow(request, payload)
        yield request, stn.parse(payload).observations


def test_what_the_connector_plans_the_sandbox_answers(ask, world):
    read = {(one.source_key, one.source_date): one.value for _, rows in follow_all(ask, "2024-03-01T15:00:00Z", NET, SPENT) for one in rows}
    assert read[NET, date(2024, 1, 1)] == values(world, "rtn/05", "2024-03-01")[date(2024, 1, 1)]
    assert read[SPENT, date(2023, 12, 31)] == values(world, SPENT, "2024-03-01")[date(2023, 11, 1)]


def test_a_day_later_nothing_but_the_logs_is_asked_for_again(ask):
    first, later = instant("2024-03-01T15:00:00Z"), "2024-03-02T15:00:00Z"
    again = [request.key for request, _ in follow_all(ask, later, NET, SPENT) if not stn.settled(request, first)]
    assert again == ["rtn resource", *(f"siconfi deliveries 1 {year}: {ANNEX}" for year in (2022, 2023, 2024))]


def test_a_rectified_report_is_known_from_its_second_delivery(world):
    _, at, again, is_rectified = deliveries(world._publisher)
    prints = world.prints("stn", REPORTS[0])
    twice = prints.source_date[prints.vintage == 2]
    assert len(twice) == int((is_rectified & (again <= np.datetime64("2024-12-31T23:59:59"))).sum())
    assert (again - at == np.timedelta64(12, "D")).all()


SECONDS = st.integers(int(instant("2016-01-03T00:00:00Z").timestamp()), int(instant("2024-06-30T00:00:00Z").timestamp()))


@given(seconds=SECONDS, later=st.integers(1, 180))
@quick
def test_nothing_is_served_before_its_instant_and_delivered_reports_stay_in_the_log(ask, world, seconds, later):
    now = datetime.fromtimestamp(seconds, UTC)
    stamps = [json.loads(ask(SHOW, now.isoformat()).body)["result"]["last_modified"]]
    log = f"{SICONFI}/extrato_entregas?id_ente=1&an_referencia={now.year}"
    before = json.loads(ask(log, now.isoformat()).body)["items"]
    stamps += [row["data_status"].removesuffix("Z") for row in before]
    local = (now - timedelta(hours=2)).replace(tzinfo=None)                     # Brasília is two or three hours behind
    assert all(datetime.fromisoformat(stamp) <= local for stamp in stamps)
    after = json.loads(ask(log, min(now + timedelta(days=later), instant("2024-12-31T00:00:00Z")).isoformat()).body)["items"]
    assert after[: len(before)] == before


def test_the_catalogue_s_rows_of_the_result_are_rows_of_the_sheet():
    rows = seeds.read("series")
    wanted = {key for key in rows.filter(rows["source"] == "stn")["source_key"] if key.startswith("rtn/")}
    assert wanted <= {f"rtn/{label(text)}" for text in LINES}
    assert len(wanted) == 4


def test_a_longer_world_has_the_same_past(world):
    shorter = World(until=date(2022, 12, 31))
    for key in (*KEYS, *REPORTS):
        ours = world.prints("stn", key).known(np.datetime64("2022-12-31T23:59:59"))
        theirs = shorter.prints("stn", key)
        assert (ours.published_at == theirs.published_at).all(), key
        assert np.array_equal(ours.value, theirs.value), key
