"""Codes in doubt: asked for by name, held against what they must say, refused loudly in the live world, and remembered."""

import json
from datetime import UTC, date, datetime

import pytest

from models_py.kernel.errors import CodeMismatch, PayloadError
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from pipelines import confirmations, titles
from pipelines.confirmations import Code
from pipelines.connectors import CatalogueRow, Payload
from pipelines.ingest import ingest
from tests.pipelines.source_server import Answer, serving

OCCUPIED, UNOCCUPIED = "Pessoas ocupadas - PNADC", "Pessoas desocupadas - PNADC"
ROW = CatalogueRow("br_employed", "bcb_sgs", "24379", "monthly", revisable=False)
CERTAIN = CatalogueRow("br_ipca_mom", "bcb_sgs", "433", "monthly", revisable=False)
VALUES = b'[{"data":"01/03/2031","valor":"0.42"}]'


def portal(title, code="24379"):
    found = [{"codigo_sgs": code, "title": title, "unidade_medida": "Pessoas (mil)", "periodicidade": "Mensal"}]
    return Answer(json.dumps({"success": True, "result": {"count": 1, "results": found}}).encode())


def settings(tmp_path, world="live"):
    at = "2031-03-14T11:45:00+00:00"
    return Settings(lake=str(tmp_path / "lake"), world=world, now=at, start=date(2031, 1, 1), fred_api_key="0" * 32)


def asked_of(title, seen):
    def answer(target, number):
        seen.append(target)
        return portal(title) if "package_search" in target else Answer(VALUES)

    return answer


@pytest.mark.parametrize(
    ("must_say", "title", "agrees"),
    [
        ("pnadc & ocupad & !desocupad", OCCUPIED, True),
        ("pnadc & ocupad & !desocupad", UNOCCUPIED, False),
        ("volume & dessazonalizado|ajuste sazonal", "Índice volume de vendas - COM AJUSTE  SAZONAL", True),
        ("volume & dessazonalizado|ajuste sazonal", "Índice volume de vendas", False),
        ("consumo das familias", "PIB - Consumo das famílias", True),
    ],
)
def test_a_title_must_say_every_term_one_of_its_words_and_nothing_that_it_must_not(must_say, title, agrees):
    assert Code("bcb_sgs", "1", must_say, "").agrees(title) is agrees


def test_a_live_code_that_is_called_something_else_is_refused_by_id_and_nothing_of_it_is_asked_for(tmp_path):
    seen: list[str] = []
    chosen = settings(tmp_path)
    lake = open_lake(chosen)
    with serving(asked_of(UNOCCUPIED, seen)) as source:
        (report,) = ingest(chosen, lake, {"bcb_sgs": source.endpoint}, series=[ROW, CERTAIN])
        rows, (error,) = confirmations.admitted(chosen, lake, source.endpoint, [ROW, CERTAIN])
    assert [issue.kind for issue in report.errors] == ["CodeMismatch"]
    assert report.counts["refused"] == 1
    assert not any("bcdata.sgs.24379" in target for target in seen)
    assert any("bcdata.sgs.433" in target for target in seen)
    assert rows == [CERTAIN]
    assert isinstance(error, CodeMismatch)
    assert all(words in str(error) for words in ("br_employed", "24379", "pnadc|pnad continua & ocupad & !desocupad", UNOCCUPIED))


def test_a_code_that_agrees_is_loaded_and_remembered_and_not_asked_about_again(tmp_path):
    seen: list[str] = []
    chosen = settings(tmp_path)
    lake = open_lake(chosen)
    with serving(asked_of(OCCUPIED, seen)) as source:
        (report,) = ingest(chosen, lake, {"bcb_sgs": source.endpoint}, series=[ROW])
        ingest(chosen, lake, {"bcb_sgs": source.endpoint}, series=[ROW])
    assert report.errors == ()
    assert report.rows["observations"] == 1
    assert sum("package_search" in target for target in seen) == 1
    (one,) = confirmations.remembered(lake, "bcb_sgs").values()
    assert (one.status, one.title) == ("confirmed", f"{OCCUPIED}; Pessoas (mil); Mensal")
    assert b"PNADC" in lake.read("raw", "objects", one.raw_sha256[:2], one.raw_sha256)


def test_a_code_whose_source_does_not_say_is_not_loaded_and_asked_about_the_next_time(tmp_path):
    seen: list[str] = []
    chosen = settings(tmp_path)
    lake = open_lake(chosen)
    empty = Answer(json.dumps({"success": True, "result": {"count": 0, "results": []}}).encode())
    with serving(lambda target, number: empty if "package_search" in target else Answer(VALUES)) as source:
        (report,) = ingest(chosen, lake, {"bcb_sgs": source.endpoint}, series=[ROW])
    assert (report.errors[0].kind, report.rows["observations"]) == ("CodeMismatch", 0)
    assert "unanswered" in report.errors[0].reason
    with serving(asked_of(OCCUPIED, seen)) as source:
        (report,) = ingest(chosen, lake, {"bcb_sgs": source.endpoint}, series=[ROW])
    assert report.rows["observations"] == 1


def test_words_that_have_changed_are_held_against_the_source_anew(tmp_path, monkeypatch):
    seen: list[str] = []
    chosen = settings(tmp_path)
    lake = open_lake(chosen)
    with serving(asked_of(OCCUPIED, seen)) as source:
        confirmations.check(chosen, lake, {"bcb_sgs": source.endpoint}, [ROW])
        monkeypatch.setattr(confirmations, "codes", lambda: (Code("bcb_sgs", "24379", "força de trabalho", ""),))
        (one,) = confirmations.check(chosen, lake, {"bcb_sgs": source.endpoint}, [ROW])
    assert (one.status, len(seen)) == ("differs", 2)


def test_other_worlds_load_without_asking(tmp_path):
    chosen = settings(tmp_path, world="sandbox")
    assert confirmations.admitted(chosen, open_lake(chosen), None, [ROW]) == ([ROW], [])


def payload(source, key, body):
    return Payload(source, f"title of {key}", "", body, 200, "application/json", datetime(2031, 3, 14, tzinfo=UTC), "0" * 16, "0" * 64)


def test_a_sidra_key_is_named_by_its_table_variable_and_category():
    body = {
        "id": 8888, "nome": "Produção Física Industrial", "variaveis": [
            {"id": 12606, "nome": "Número-índice (2022=100)", "unidade": "Número-índice"},
            {"id": 12607, "nome": "Número-índice com ajuste sazonal (2022=100)", "unidade": "Número-índice"},
        ],
        "classificacoes": [{"id": 544, "categorias": [{"id": 129314, "nome": "1 Indústria geral"}, {"id": 129315, "nome": "2 Extr."}]}],
    }  # fmt: skip
    said = titles.title(payload("ibge_sidra", "t8888/v12607/c544/129314", json.dumps(body).encode()), "t8888/v12607/c544/129314")
    assert said == "Produção Física Industrial; Número-índice com ajuste sazonal (2022=100); Número-índice; 1 Indústria geral"
    (code,) = (one for one in confirmations.codes() if one.key == "t8888/v12607/c544/129314")
    assert code.agrees(said)
    observed = titles.title(payload("ibge_sidra", "", json.dumps(body).encode()), "t8888/v12606/c544/129314")
    assert not code.agrees(observed)


@pytest.mark.recorded
@pytest.mark.parametrize(
    ("source", "file", "key", "said"),
    [
        ("fred", "series_GDP_info_2024-10-30.json", "GDP",
         "Gross Domestic Product; Billions of Dollars; Quarterly; Seasonally Adjusted Annual Rate"),
        ("cftc", "socrata_tff_BRL_2026.json", "102741", "BRAZILIAN REAL - CHICAGO MERCANTILE EXCHANGE"),
        ("yahoo", "chart_GC=F_1d.json", "GC=F", "Gold Apr 25; GC=F"),
    ],
)  # fmt: skip
def test_what_a_real_source_calls_a_code_is_read_from_its_recorded_answer(recorded, source, file, key, said):
    assert titles.title(payload(source, key, (recorded / source / file).read_bytes()), key) == said


@pytest.mark.recorded
def test_the_answer_about_another_code_is_no_title(recorded):
    body = (recorded / "fred" / "series_GDP_info_2024-10-30.json").read_bytes()
    with pytest.raises(PayloadError, match="no title of GDPC1"):
        titles.title(payload("fred", "GDPC1", body), "GDPC1")


def test_every_code_in_doubt_is_in_the_catalogue_and_its_source_can_be_asked():
    from models_py.kernel.seeds import read

    rows = [CatalogueRow(one["series_id"], one["source"], one["source_key"], one["frequency"], revisable=False)
            for one in read("series").iter_rows(named=True)]  # fmt: skip
    listed = {(row.source, confirmations.key_of(row)) for row in rows}
    assert [(one.source, one.key) for one in confirmations.codes() if (one.source, one.key) not in listed] == []
    assert {one.source for one in confirmations.codes()} <= set(titles.BY_SOURCE)
