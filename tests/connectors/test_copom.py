import json
from datetime import UTC, date, datetime

import pytest

from models_py.kernel.errors import ConfigError, PayloadError, SourceDown
from pipelines.connectors import CatalogueRow, Endpoint, copom
from tests.connectors.build import payload, raw

LIVE = Endpoint("https://www.bcb.gov.br")
STATEMENT, MINUTES, LIST = (raw("copom", f"{name}.json") for name in ("comunicado_310", "ata_310", "comunicados"))
KEY = "comunicados 310 of 2031-03-19"
ROWS = [CatalogueRow("br_copom_target", "copom", "target", "monthly", revisable=False)]


def parse(body, key=KEY, status=200):
    return copom.parse(payload("copom", key, body, status))


def test_a_statement_is_out_at_half_past_six_on_the_day_of_its_meeting():
    (found,) = parse(STATEMENT).documents
    assert (found.source_key, found.document_id, found.language) == ("copom_stmt", "copom_stmt_310", "pt")
    assert found.source_date == date(2031, 3, 19)
    assert (found.published_at, found.availability) == (datetime(2031, 3, 19, 21, 30, tzinfo=UTC), "scheduled")


def test_the_text_is_its_paragraphs_without_tables_footnotes_and_the_editors_signs():
    assert parse(STATEMENT).documents[0].text.split("\n") == [
        "O ambiente externo segue incerto.", "A inflação: 4,10% em doze meses, ante 3,90%.", "As projeções estão na tabela.",
        "O Copom decidiu, por unanimidade, elevar a taxa Selic em 0,25 ponto percentual, para 10,75% a.a.",
    ]


def test_minutes_are_out_on_their_day_of_publication_and_set_no_rate():
    found = parse(MINUTES, "atas 310 of 2031-03-19")
    (one,) = found.documents
    assert (one.source_key, one.document_id, one.source_date) == ("copom_min", "copom_min_310", date(2031, 3, 19))
    assert one.published_at == datetime(2031, 3, 25, 11, tzinfo=UTC)
    assert one.text.startswith("A) Atualização da conjuntura\n1. A atividade desacelera.")
    assert list(found.observations) == []


def entry(**changes):
    return json.dumps({"conteudo": [{**json.loads(STATEMENT)["conteudo"][0], **changes}]})


@pytest.mark.parametrize(
    ("title", "text", "target"),
    [
        ("Copom reduz a taxa Selic para 14,25% a.a.", "O Comitê decidiu.", 14.25),
        ("Comunicado", "O Copom decidiu manter a taxa Selic em 8,75% a.a., sem viés, por cinco votos a três.", 8.75),
        ("Comunicado", "A Selic é de 9,25% a.a. na pesquisa. O Comitê decidiu reduzir a taxa em 0,50 p.p., para 10,50% a.a.", 10.5),
        ("Comunicado", "O Copom decidiu elevar a taxa Selic para 11,75% ao ano, sem viés.", 11.75),
        ("Comunicado", "A inflação mantém-se em 4,50% e o cenário utiliza Selic de 9,00% a.a.", None),
    ],
)
def test_the_rate_is_that_of_the_decision_and_of_nothing_else(title, text, target):
    found = parse(entry(titulo=title, textoComunicado=f"<p>{text}</p>")).observations
    assert [one.value for one in found] == ([] if target is None else [target])
    assert {(one.source_key, one.source_date) for one in found} <= {("target", date(2031, 3, 19))}


@pytest.mark.parametrize(
    ("body", "status", "error", "reason"),
    [
        ("<html><title>500</title></html>", 500, SourceDown, "status 500"),
        ("<html><title>Banco Central</title></html>", 200, PayloadError, "HTML page"),
        ('{"conteudo":{}}', 200, PayloadError, "no list of entries"),
        (entry(dataReferencia=None), 200, PayloadError, "without dataReferencia"),
        (entry(dataReferencia="19/03/2031"), 200, PayloadError, "not a date"),
        (entry(nro_reuniao="310"), 200, PayloadError, "without the meeting's number"),
        (entry(textoAta="<p>x</p>"), 200, PayloadError, "meeting 310 has two texts"),
        (entry(textoComunicado="<p> </p>"), 200, PayloadError, "a text without words"),
        (MINUTES.replace(b"2031-03-25", b"2031-03-18"), 200, PayloadError, "minutes of 2031-03-19 are published on 2031-03-18"),
    ],
)
def test_errors_and_strange_answers_are_named(body, status, error, reason):
    with pytest.raises(error, match=reason) as caught:
        parse(body, status=status)
    assert (caught.value.source, caught.value.key) == ("copom", KEY)


def test_an_unknown_meeting_is_empty():
    found = payload("copom", KEY, '{"conteudo":[]}')
    copom.validate(found)
    assert copom.is_empty(found)


def test_two_lists_are_asked_where_the_catalogue_names_the_committee_and_nothing_else():
    planned = copom.plan(ROWS, date(2031, 1, 1), date(2031, 6, 1), LIVE)
    assert [(request.key, request.url) for request in planned] == [
        (f"{name} 2031-01-01..2031-12-31", f"https://www.bcb.gov.br/api/servico/sitebcb/copom/{name}?quantidade=1000")
        for name in ("comunicados", "atas")
    ]
    assert copom.plan([], date(2031, 1, 1), date(2031, 6, 1), LIVE) == []
    with pytest.raises(ConfigError, match="copom has no series 'votes'"):
        copom.plan([CatalogueRow("x", "copom", "votes", "monthly", revisable=False)], date(2031, 1, 1), date(2031, 6, 1), LIVE)


def test_a_list_calls_for_the_meetings_of_the_window_the_newest_first_and_gives_nothing_itself():
    (request, _) = copom.plan(ROWS, date(2031, 1, 1), date(2031, 6, 1), LIVE)
    found = payload("copom", request.key, LIST)
    assert [(one.key, one.url) for one in copom.follow(request, found)] == [
        (f"comunicados {n} of {day}", f"https://www.bcb.gov.br/api/servico/sitebcb/copom/comunicados_detalhes?nro_reuniao={n}")
        for n, day in ((310, "2031-03-19"), (309, "2031-01-29"))
    ]
    assert (list(copom.parse(found).documents), list(copom.parse(found).observations)) == ([], [])
    detail = copom.follow(request, found)[1]
    assert copom.follow(detail, payload("copom", detail.key, STATEMENT)) == []
    assert copom.settled(detail, datetime(2031, 4, 1, tzinfo=UTC))
    assert not copom.settled(detail, datetime(2031, 3, 1, tzinfo=UTC))
    assert not copom.settled(request, datetime(2041, 3, 1, tzinfo=UTC))
