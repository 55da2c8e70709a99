"""Nothing published after the clock is served, whatever the clock says; what was served before stays what it was."""

import json
import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models_py.kernel.clock import instant
from pipelines.sandbox.clock import ServedClock
from pipelines.sandbox.faults import Plan
from pipelines.sandbox.render._alfred import central_dates
from pipelines.sandbox.service import Service
from pipelines.sandbox.view import as_instant
from tests.sandbox.conftest import AGENT, FOCUS, fred, sgs, sprd, treasury
from tests.sandbox.test_b3_wire import reports

SECONDS = st.integers(int(instant("2018-01-03T00:00:00Z").timestamp()), int(instant("2025-06-30T00:00:00Z").timestamp()))
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def at(worlds) -> Callable:
    """An answer at an instant; a partial page or an unlucky key is asked again."""
    service = Service(ServedClock(instant("2024-03-01T00:00:00Z")), Plan("calm"), worlds)

    def ask(seconds, target):
        service.moved(instant(str(np.datetime64(seconds, "s")) + "Z"), None)
        for _ in range(5):
            with service.respond("GET", target, AGENT) as answer:
                body = answer.body
            said = json.loads(body) if target.startswith("/fred") else {}
            if "error_code" not in said and len(said.get("observations", [])) == said.get("count", 0):
                return body
        raise AssertionError("five unlucky calls")

    ask.service = service
    return ask


def known(at, seconds, source, key):
    """Date → value of the newest print that is out, by a plain loop."""
    prints = at.service.view().archive.prints(source, key)
    found = {}
    for day, out, value in zip(prints.source_date, prints.published_at, prints.value, strict=True):
        if out <= np.datetime64(seconds, "s"):
            found[day.item()] = value
    return found


@pytest.mark.parametrize("code", ["1", "432", "24364"])
@given(seconds=SECONDS)
@quick
def test_sgs_serves_what_is_out_and_only_that(at, code, seconds):
    rows = json.loads(at(seconds, sgs(code, "01/01/2018", "31/12/2025")))
    served = {row["data"]: row["valor"] for row in rows} if isinstance(rows, list) else {}
    wanted = {f"{day:%d/%m/%Y}": value for day, value in known(at, seconds, "bcb_sgs", code).items() if day.year >= 2018}
    assert list(served) == [f"{day:%d/%m/%Y}" for day in sorted(day for day in known(at, seconds, "bcb_sgs", code) if day.year >= 2018)]
    assert {day: float(text) for day, text in served.items()} == pytest.approx(wanted, abs=1e-4)


@given(seconds=SECONDS)
@quick
def test_treasury_serves_what_is_out_and_only_that(at, seconds):
    year = np.datetime64(seconds, "s").item().year
    lines = at(seconds, treasury(year)).decode().split("\n")
    place = lines[0].split(",").index('"10 Yr"')
    served = {f"{day[6:]}-{day[:2]}-{day[3:5]}": float(cells[place - 1]) for day, *cells in (line.split(",") for line in lines[1:])}
    wanted = {str(day): round(value, 2) for day, value in known(at, seconds, "us_treasury", "10 Yr").items() if day.year == year}
    assert served == wanted


@given(seconds=SECONDS)
@quick
def test_focus_serves_what_is_out_and_only_that(at, seconds):
    query = f"{FOCUS}?$filter=Indicador%20eq%20'IPCA'%20and%20Suavizada%20eq%20'S'%20and%20baseCalculo%20eq%200"
    rows = json.loads(at(seconds, query))["value"]
    wanted = known(at, seconds, "bcb_focus", "IPCA|S|0")
    assert {row["Data"]: row["Mediana"] for row in rows} == {str(day): value for day, value in wanted.items()}


@given(seconds=SECONDS)
@quick
def test_fred_serves_no_vintage_after_today_and_keeps_those_before(at, seconds):
    every = {"realtime_start": "1776-07-04", "realtime_end": "9999-12-31"}
    rows = json.loads(at(seconds, fred("/series/observations", series_id="GDP", **every)))["observations"]
    now = np.datetime64(seconds, "s").astype("datetime64[us]")
    assert max(row["realtime_start"] for row in rows) <= str(central_dates(np.array([now]))[0])
    latest = {row["date"]: float(row["value"]) for row in rows}
    assert latest == {str(day): value for day, value in known(at, seconds, "fred", "GDP").items()}


@given(seconds=SECONDS, later=st.integers(1, 700))
@quick
def test_a_closed_window_of_vintages_reads_the_same_ever_after(at, seconds, later):
    eve = str(np.datetime64(seconds, "s").astype("datetime64[D]") - 2)
    target = fred("/series/observations", series_id="GDP", realtime_start="1776-07-04", realtime_end=eve)
    assert at(seconds, target) == at(min(seconds + later * 86400, int(instant("2025-12-01T00:00:00Z").timestamp())), target)


@given(seconds=SECONDS)
@quick
def test_b3_serves_no_file_before_its_stamp(at, seconds):
    day = np.datetime64(seconds, "s").astype("datetime64[D]") - np.timedelta64(seconds % 3, "D")
    body = at(seconds, sprd(f"{day.item():%y%m%d}"))
    stamps = re.findall(rb"<CreDt>([^<]+)Z<", b"".join(xml for _, xml in reports(type("A", (), {"body": body}))))
    assert all(np.datetime64(stamp.decode()) <= np.datetime64(seconds, "s") for stamp in stamps)


@given(seconds=SECONDS, later=st.integers(10, 700))
@quick
def test_bytes_for_past_sessions_and_dates_do_not_depend_on_now(at, seconds, later):
    after = seconds + later * 86400
    day = np.datetime64(seconds, "s").astype("datetime64[D]") - 10
    for target in (sprd(f"{day.item():%y%m%d}"), sgs(1, "01/01/2018", f"{day.item():%d/%m/%Y}"),
                   f"{FOCUS}?$filter=Data%20le%20'{day - 10}'&$orderby=Data,Indicador,Suavizada,baseCalculo"):
        assert at(seconds, target) == at(after, target)


def test_a_view_counts_prints_up_to_and_with_the_instant_of_publication(make):
    service = make()
    prints = service.view().archive.prints("bcb_sgs", "1")
    out = prints.published_at[100].item().isoformat() + "Z"
    assert service.view(instant(out)).count("bcb_sgs", "1") == 101
    assert as_instant(instant(out)) == prints.published_at[100]
