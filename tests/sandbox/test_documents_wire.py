"""Statements and minutes as the two sites serve them, and as their connectors read them."""

import json
import re
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models_py.kernel.clock import instant
from pipelines.connectors import CatalogueRow, Endpoint, Payload, connectors
from pipelines.sandbox.clock import ServedClock
from pipelines.sandbox.faults import Plan, parse
from pipelines.sandbox.service import Service
from tests.sandbox.conftest import AGENT
from tests.sandbox.world.worlds import world

COPOM = "/copom/api/servico/sitebcb/copom"
quick = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def content(real, path, now="2024-03-01T15:00:00Z"):
    """The entries of an answer; the gateway is asked again."""
    for _ in range(4):
        found = real(f"{COPOM}/{path}", now=now)
        if found.status != 504:
            assert found.status == 200
            return json.loads(found.body)["conteudo"]
    raise AssertionError("the gateway times out four times")


def ask(service, target):
    for _ in range(4):
        with service.respond("GET", target, AGENT) as answer:
            if answer.status != 504:
                return answer
    raise AssertionError("the gateway times out four times")


def fetched(source, key, now, year=2010):
    """Everything the connector reads from its lists on, at an instant: documents and observations."""
    service = Service(ServedClock(instant(now)), Plan("calm"), lambda until: world(1))
    connector = connectors()[source]
    row = CatalogueRow("x", source, key, "irregular", revisable=False)
    bodies, documents, observations, todo = {}, [], [], connector.plan([row], date(year, 1, 1), instant(now).date(), Endpoint(f"/{source}"))
    payloads = []
    while todo:
        request = todo.pop()
        answer = ask(service, request.url)
        payload = Payload(source, request.key, request.url, answer.body, answer.status, answer.content_type, instant(now), "", "")
        connector.validate(payload)
        bodies[request.key] = answer.body
        payloads.append(payload)
        todo += connector.follow(request, payload)
    more = (connector.context(bodies.get, tuple(bodies)),) if hasattr(connector, "context") else ()
    for payload in payloads:
        parsed = connector.parse(payload, *more)
        documents += parsed.documents
        observations += parsed.observations
    return {one.document_id: one for one in documents}, observations


def lines(text):
    """What the world said, as a connector has it: label, headings and paragraphs."""
    said = [text.label]
    for part in text.parts:
        said += [part.heading] if part.heading else []
        said += [" ".join(one.text for one in paragraph) for paragraph in part.paragraphs]
    return said


NOWS = ("2010-04-09T12:00:00Z", "2016-07-27T12:00:00Z", "2024-03-21T12:00:00Z")


@pytest.mark.parametrize("now", NOWS)
def test_the_copoms_documents_read_as_they_were_written(now):
    found, observations = fetched("copom", "target", now)
    known = {text.id: text for text in world(1).documents("copom") if text.published_at <= np.datetime64(now[:-1])}
    assert set(found) == set(known)
    for name, text in known.items():
        read = re.sub(r"^\d+\. ", "", found[name].text, flags=re.M).split("\n")
        assert read == lines(text)
        assert found[name].language == "pt"
        late = found[name].published_at.replace(tzinfo=None) - text.released_at.item()
        assert late.total_seconds() in (0, 1800)            # minutes at eight: the release calendar has half past eight
    assert len(observations) == sum(text.kind == "copom_stmt" for text in known.values())


@pytest.mark.parametrize("now", NOWS)
def test_the_fomcs_documents_read_as_they_were_written_and_are_known_when_they_were_out(now):
    found, observations = fetched("fomc", "target_lower", now)
    known = {text.id: text for text in world(1).documents("fomc") if text.published_at <= np.datetime64(now[:-1])}
    assert set(found) == set(known)
    for name, text in known.items():
        label, title, *read = found[name].text.split("\n")
        assert title == text.title
        if text.kind == "fomc_min":
            assert re.fullmatch(rf"\w+ \d+-(\w+ )?{text.meeting.day}, {text.meeting.year}", read.pop(0))
        assert [label, *read] == lines(text)
        assert found[name].published_at.replace(tzinfo=None) == text.released_at.item()
    assert len(observations) == 2 * sum(text.kind == "fomc_stmt" for text in known.values())


def test_lists_are_newest_first_and_no_longer_than_asked(real):
    found = content(real, "comunicados?quantidade=3")
    assert [(one["nro_reuniao"], one["dataReferencia"]) for one in found] == [(260, "2024-01-24"), (259, "2023-12-06"), (258, "2023-11-01")]
    assert all("textoComunicado" not in one for one in found)
    minutes = content(real, "atas?quantidade=1")
    assert (minutes[0]["nroReuniao"], minutes[0]["dataPublicacao"]) == (260, "2024-01-30")
    assert len(content(real, "comunicados")) == 10


def test_an_unknown_meeting_is_empty_and_so_is_one_that_is_not_over(real):
    for number in (147, 261, 99_999):
        assert content(real, f"comunicados_detalhes?nro_reuniao={number}") == []
    before, after = (content(real, "comunicados_detalhes?nro_reuniao=261", now=f"2024-03-20T{at}Z") for at in ("21:29:59", "21:30:00"))
    assert (before, len(after)) == ([], 1)


def test_minutes_before_july_2016_are_numbered_paragraphs(real):
    (old,), (new,) = (content(real, f"atas_detalhes?nro_reuniao={number}") for number in (198, 202))
    assert re.search(r"<p>1\. .*<p>2\. .*<p>30\. ", old["textoAta"])
    assert "A) " not in old["textoAta"]
    assert re.search(r"<h3>A\) .*<h3>B\) .*<h3>C\) .*<h3>D\) ", new["textoAta"])
    assert "<p>1. " not in new["textoAta"]


@pytest.mark.parametrize("target", [f"{COPOM}/comunicados?quantidade=1", "/fomc/monetarypolicy/fomccalendars.htm"])
def test_a_client_without_a_name_is_refused(real, target):
    assert real(target, headers={}).status == 403


@pytest.mark.parametrize(("target", "status"), [
    (f"{COPOM}/comunicados?quantidade=x", 400), (f"{COPOM}/atas_detalhes", 400), (f"{COPOM}/nothing", 404),
    ("/fomc/monetarypolicy/fomchistorical2019.htm", 404), ("/fomc/monetarypolicy/fomchistorical2009.htm", 404),
    ("/fomc/newsevents/pressreleases/monetary20240320a.htm", 404), ("/fomc/monetarypolicy/nothing.htm", 404),
    ("/fomc/monetarypolicy/fomchistorical2018.htm", 404), ("/fomc/monetarypolicy/fomchistorical2017.htm", 200),
])
def test_what_is_not_there_is_said_so(real, target, status):
    assert real(target, now="2023-11-01T12:00:00Z").status in {status, 504}


def test_links_come_with_the_documents_and_minutes_tell_their_release(real):
    page = "/fomc/monetarypolicy/fomccalendars.htm"
    before, stated, minuted = (real(page, now=now).body.decode() for now in (
        "2024-01-24T18:59:00Z", "2024-01-24T19:01:00Z", "2024-02-14T19:01:00Z"
    ))
    assert "monetary20240124a.htm" not in before
    assert '<div class="fomc-meeting__date">23-24</div>' in before
    assert "monetary20240124a.htm" in stated
    assert "fomcminutes20240124.htm" not in stated
    assert "(Released February 14, 2024)" in minuted
    assert [int(year) for year in re.findall(r"(\d{4}) FOMC Meetings", before)] == [2024, 2023, 2022, 2021, 2020, 2019]


def test_a_statement_tells_its_hour_and_keeps_it_when_it_is_put_right():
    right = next(text for text in world(1).documents("fomc") if text.version == 2 and text.kind == "fomc_stmt")
    target = f"/fomc/newsevents/pressreleases/monetary{right.meeting:%Y%m%d}a.htm"
    pages = []
    for at in (right.released_at, right.published_at):
        service = Service(ServedClock(instant(f"{at}Z")), Plan("calm"), lambda until: world(1))
        pages.append(ask(service, target).body.decode())
    hours = [re.search(r"For release at 2:(?:00|15) p\.m\. E[SD]T", page)[0] for page in pages]
    assert hours[0] == hours[1]
    assert pages[0] != pages[1]


@given(seconds=st.integers(1267401600, 1751241600))
@quick
def test_the_newest_statement_is_that_of_the_last_meeting(real, seconds):
    now = np.datetime64(seconds, "s")
    found = content(real, "comunicados?quantidade=1", now=f"{now}Z")
    out = [text for text in world(1).documents("copom") if text.kind == "copom_stmt" and text.released_at <= now]
    assert found[0]["nro_reuniao"] == out[-1].number
    assert found[0]["titulo"] == out[-1].title


def test_a_document_does_not_change_once_it_is_right(real):
    for path in ("comunicados_detalhes?nro_reuniao=180", "atas_detalhes?nro_reuniao=210"):
        assert content(real, path, now="2018-03-01T12:00:00Z") == content(real, path, now="2025-03-01T12:00:00Z")


def under(target, now="2024-03-01T15:00:00Z", **fault):
    service = Service(ServedClock(instant(now)), parse({"faults": [{"source": "copom", **fault}]}, "test"), lambda until: world(1))
    return ask(service, target)


def test_faults_reach_documents(real):
    target = f"{COPOM}/comunicados_detalhes?nro_reuniao=260"
    (whole,) = content(real, "comunicados_detalhes?nro_reuniao=260")
    (short,) = json.loads(under(target, kind="document_truncated", share=0.3).body)["conteudo"]
    assert len(short["textoComunicado"]) < 0.31 * len(whole["textoComunicado"])
    assert whole["textoComunicado"].startswith(short["textoComunicado"])
    (other,) = json.loads(under(target, kind="document_language_swap").body)["conteudo"]
    assert "The Committee" in other["textoComunicado"]
    (wrong,) = json.loads(under(target, kind="wrong_series").body)["conteudo"]
    assert wrong["nro_reuniao"] != 260
    late = json.loads(under(target, now="2024-01-25T09:00:00Z", kind="late_release", delay="26h").body)["conteudo"]
    assert late == []


def test_the_door_tells_what_each_sentence_was_made_to_say():
    service = Service(ServedClock(instant("2011-03-01T12:00:00Z")), Plan("calm"), lambda until: world(1))
    with service.respond("GET", "/_sandbox/truth/stances", AGENT) as answer:
        found = json.loads(answer.body)["stances"]
    assert {one["document"] for one in found} == {text.id for source in ("copom", "fomc") for text in service.view().documents(source)}
    assert {one["level"] for one in found} == {None, -2, -1, 0, 1, 2}
