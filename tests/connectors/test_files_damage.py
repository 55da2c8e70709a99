"""Damaged files: whatever happens to the bytes, parsing gives rows or says `ImportMapError`; it never fails otherwise."""

import contextlib
import csv
import gzip
import io

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models_py.kernel.errors import ImportMapError
from pipelines.connectors import files
from pipelines.import_map import grammar
from tests.connectors.test_files import CATALOGUE, FOLDER
from tests.recorded.world import body, payload, requests

PLANNED = requests(FOLDER, tests=True)
BODIES = {request.key: body(request) for request in PLANNED}
FILES = [request for request in PLANNED if request.key != "IMPORT_MAP.csv"]
MAP = BODIES["IMPORT_MAP.csv"]


def uncounted(content: bytes) -> bytes:
    """The map without its counts, so that damage reaches what comes after them."""
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(row | {"rows": "", "first_date": "", "last_date": ""} for row in rows)
    return out.getvalue().encode()


BODIES["IMPORT_MAP.csv"] = uncounted(MAP)


def damaged(data: st.DataObject, content: bytes) -> bytes:
    """Cut short, or with some bytes replaced, dropped or doubled."""
    raw, packed = (gzip.decompress(content), True) if content[:2] == b"\x1f\x8b" else (content, False)
    out = bytearray(raw)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, max(len(out) - 1, 0)))
        match data.draw(st.sampled_from(["cut", "swap", "drop", "double", "line"])):
            case "cut":
                del out[place:]
            case "swap" if out:
                out[place] = data.draw(st.sampled_from(b"\x00\xff,;.-\"\n\r09aT"))
            case "drop":
                del out[place : place + data.draw(st.integers(1, 20))]
            case "double":
                out[place:place] = out[place : place + 15]
            case "line":
                out[place:place] = b"\n"
    return gzip.compress(bytes(out)) if packed else bytes(out)


@pytest.mark.parametrize("request_", FILES, ids=lambda request: request.key)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_damaged_file_gives_rows_or_an_import_map_error(request_, data):
    broken = damaged(data, BODIES[request_.key])
    bodies = BODIES | {request_.key: broken}
    known = files.context(bodies.get, bodies, CATALOGUE, tests=True)
    with contextlib.suppress(ImportMapError):
        found = files.parse(payload(request_, broken), known)
        assert isinstance(pl.from_arrow(found.observations), pl.DataFrame)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_damaged_map_gives_rows_or_an_import_map_error(data):
    with contextlib.suppress(ImportMapError):
        grammar.parse(damaged(data, MAP), tests=True)
