"""Whatever is done to a payload's bytes, a connector reads it or refuses it by a typed error; it never fails otherwise."""

import json
from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models_py.kernel.errors import SourceError
from pipelines.connectors import Request, connectors
from pipelines.rows import tables
from tests.connectors.build import RAW, payload

KEYS = {
    "bcb_sgs": "433 2031-01-01..2031-12-31", "bcb_focus": "IPCA 2031-01-01..2031-12-31", "fred": "CPIAUCSL 1776-07-04..9999-12-31",
    "us_treasury": "par yields 2031-01-01..2031-12-31", "b3": "SPRD310314", "bcb_ptax": "EUR 2031-01-01..2031-12-31",
    "ibge_sidra": "t42 monthly v7,9/c315/1,2 203101..203102 modified 2031-03-12", "cftc": "tff 102741 2031-01-01..2031-12-31",
    "yahoo": "MACR 2031-01-01..2031-12-31", "copom": "comunicados 2031-01-01..2031-12-31", "fomc": "statement of 2031-03-19",
    "stn": "tesouro_direto 2018-01-01..2031-12-31",
}
FILE_KEYS = {
    "LFT_2031.xls": "tesouro_direto_ano LFT 2031", "rtn_2031.xlsx": "rtn workbook modified 2031-03-28T14:30:00",
    "leiloes_2031.json": "leiloes 2031-01-01..2031-12-31", "ckan_rtn_2031.json": "rtn resource",
    "siconfi_entregas_2031.json": "siconfi deliveries 1 2031: RREO-Anexo 01",
    "siconfi_rreo_2031.json": "siconfi RREO-Anexo 01 of 1 in 2031/1B delivered 2031-04-10T17:45:03Z",
}
NAMED = ("anbima", "b3_files", "b3_bulletin", "b3_intraday")            # their payloads are files named by their requests
SOURCES = (*KEYS, *NAMED)
FILES = sorted(path for source in SOURCES for path in (RAW / source).iterdir())
JSON_FILES = [path for path in FILES if path.suffix == ".json"]
SCRAPS = (
    b"null", b"NaN", b"Infinity", b"{}", b"[]", b'"', b"1e999", b"-", b",", b"<", b">", b"\xff", b"\x00", b"true", b"<!--", b"&x;", b"\n",
)


def key_of(path) -> str:
    return FILE_KEYS.get(path.name) or KEYS.get(path.parent.name, path.stem)


@cache
def content(path) -> bytes:
    return path.read_bytes()


def read(path, body: bytes, status: int = 200) -> None:
    """Go through everything that ingestion does with a payload."""
    source = path.parent.name
    connector, found = connectors()[source], payload(source, key_of(path), body, status)
    request = Request(source, key_of(path), "http://x/fred/series/vintagedates?series_id=C&api_key=k&realtime_start=2031-01-01")
    try:
        connector.validate(found)
        getattr(connector, "is_empty", bool)(found)
        tables(connector.parse(found), found)
        if hasattr(connector, "follow"):
            connector.follow(request, found)
    except SourceError as refused:
        error: SourceError | None = refused
    else:
        error = None
    assert error is None or (error.source == source and error.reason)


def test_every_connector_has_a_payload_of_our_own_that_it_reads():
    for source in SOURCES:
        bodies = [(path, 404 if "404" in path.name else 200) for path in FILES if path.parent.name == source]
        assert bodies
        for path, status in bodies:
            found = payload(source, key_of(path), content(path), status)
            connectors()[source].validate(found)
            tables(connectors()[source].parse(found), found)


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_bytes_cut_changed_or_added(data):
    path = data.draw(st.sampled_from(FILES))
    body = bytearray(content(path))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, max(len(body) - 1, 0)))
        match data.draw(st.sampled_from(["change", "cut", "add", "end"])):
            case "change":
                body[place : place + 1] = bytes([data.draw(st.integers(0, 255))])
            case "cut":
                del body[place : place + data.draw(st.integers(1, 50))]
            case "add":
                body[place:place] = data.draw(st.sampled_from(SCRAPS))
            case "end":
                del body[place:]
    read(path, bytes(body), data.draw(st.sampled_from([200, 200, 400, 404, 500])))


VALUES = st.sampled_from([None, True, 0, -1, 1.5, 10**30, "", "x", "2031-01-01", "31/12/2031", [], {}, [[]], [{}], "9" * 400])


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_a_json_value_of_another_kind(data):
    path = data.draw(st.sampled_from(JSON_FILES))
    root = [json.loads(content(path))]
    for _ in range(data.draw(st.integers(1, 3))):
        place: Any = root
        key: Any = 0
        while isinstance(place[key], dict | list) and place[key] and data.draw(st.integers(0, 4)):
            place = place[key]
            key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if isinstance(place, dict) and data.draw(st.booleans()):
            place[data.draw(st.sampled_from(["novo", "", "value"]))] = place.pop(key)
        else:
            place[key] = deepcopy(data.draw(VALUES))
    read(path, json.dumps(root[0]).encode())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
@pytest.mark.parametrize(
    "body", [b"", b" \n", b"\xef\xbb\xbf", b"null", b"0", b"[]", b"{}", b"[null]", b"PK", b"PK\x03\x04", b"<?xml", b"Date,", b'"', b'""']
)
def test_next_to_nothing(path, body):
    read(path, body)
