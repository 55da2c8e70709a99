"""Recorded payloads of PTAX: each is read, or refused by the right name. Read in place."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from models_py.kernel.errors import SourceError, SourceRefused
from pipelines.connectors import Parsed, Payload, connectors
from pipelines.rows import tables

pytestmark = pytest.mark.recorded

SOURCES = ("bcb_ptax",)
# File → key of its request, observations, quotes, documents.
READ = {
    "bcb_ptax/dolar_periodo_2024-01.json": ("USD 2024-01-01..2024-01-31", 22 * 2, 0, 0),
    "bcb_ptax/empty_holiday.json": ("USD 2024-01-01..2024-01-01", 0, 0, 0),
    "bcb_ptax/fx_flow_sgs_13961_saldo_total.json": ("13961 2026-01-01..2026-01-31", 3, 0, 0),
    "bcb_ptax/moeda_dia_EUR_2022-03-04_boletins.json": ("EUR 2022-03-04..2022-03-04", 5 * 4, 0, 0),
    "bcb_ptax/moeda_dia_USD_2020-08-28.json": ("USD 2020-08-28..2020-08-28", 2, 0, 0),
    "bcb_ptax/moeda_periodo_USD_2026-07-29.json": ("USD 2026-07-19..2026-07-29", 2 * 2, 0, 0),
    "bcb_ptax/moedas.json": ("Moedas", 0, 0, 3),
}
REFUSED: dict[str, tuple[str, type[SourceError], str]] = {
    "bcb_ptax/error_400_malformed_uri.txt": ("USD 2024-01-01..2024-01-31", SourceRefused, "The URI is malformed"),
}
ELSEWHERE = {"bcb_ptax/fx_flow_sgs_13961_saldo_total.json": "bcb_sgs"}     # kept here, but a series of SGS


def recordings(recorded: Path) -> dict[str, tuple[int, str]]:
    """File → status and content type, of these sources."""
    with (recorded / "MANIFEST.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["connector"] in SOURCES]
    return {f"{row['connector']}/{row['file']}": (int(row["status"]), row["content_type"]) for row in rows}


def payload(recorded: Path, name: str) -> Payload:
    status, content_type = recordings(recorded)[name]
    source, key = ELSEWHERE.get(name, name.split("/")[0]), (READ.get(name) or REFUSED[name])[0]
    now = datetime(2026, 11, 20, 11, 45, tzinfo=UTC)
    return Payload(source, key, "", (recorded / name).read_bytes(), status, content_type, now, "0" * 16, "f" * 64)


def read(recorded: Path, name: str) -> Parsed:
    found = payload(recorded, name)
    return connectors()[found.source].parse(found)


@pytest.mark.parametrize("name", READ)
def test_the_payload_is_read_whole_and_fits_bronze(recorded, name):
    found = payload(recorded, name)
    parsed = connectors()[found.source].parse(found)
    assert (len(parsed.observations), len(parsed.quotes), len(parsed.documents)) == READ[name][1:]
    assert sum(table.num_rows for table in tables(parsed, found).values()) == sum(READ[name][1:])


@pytest.mark.parametrize("name", REFUSED)
def test_the_error_is_raised_by_its_name(recorded, name):
    key, error, reason = REFUSED[name]
    with pytest.raises(SourceError, match=reason) as caught:
        read(recorded, name)
    assert type(caught.value) is error
    assert (caught.value.source, caught.value.key) == (name.split("/")[0], key)


def test_no_recording_of_these_sources_is_left_out(recorded):
    assert set(recordings(recorded)) == {*READ, *REFUSED}


def test_the_close_of_11_january_2024_was_out_at_five_in_the_afternoon(recorded):
    found = {(one.source_key, one.source_date): one for one in read(recorded, "bcb_ptax/dolar_periodo_2024-01.json").observations}
    late = found["USD|Fechamento|cotacaoVenda", date(2024, 1, 11)]
    assert (late.value, late.published_at) == (4.8794, datetime(2024, 1, 11, 20, 3, 40, 620_000, UTC))
    assert found["USD|Fechamento|cotacaoCompra", date(2024, 1, 31)].value == 4.9529


def test_the_close_of_the_euro_is_not_its_last_bulletin_of_the_same_second(recorded):
    rows = read(recorded, "bcb_ptax/moeda_dia_EUR_2022-03-04_boletins.json").observations
    sold = [(one.source_key.split("|")[1], one.value) for one in rows if one.source_key.endswith("cotacaoVenda")]
    assert sold == [
        ("Abertura", 5.5309), ("Intermediário", 5.5445), ("Intermediário", 5.5432), ("Intermediário", 5.5531), ("Fechamento", 5.5433),
    ]
    assert len({one.published_at.replace(microsecond=0) for one in rows if "|Abertura|" not in one.source_key}) == 3


def test_bulletins_recorded_without_their_kind_are_not_called_closes(recorded):
    rows = read(recorded, "bcb_ptax/moeda_periodo_USD_2026-07-29.json").observations
    assert {one.source_key.split("|")[1] for one in rows} == {"unnamed"}
