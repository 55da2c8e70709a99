"""The contract against the API: what it lists is answered as it says, and what it does not allow is refused."""

import json
from hashlib import sha256

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from pydantic import SecretStr
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from app.api.main import create_app
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from tests.app.published import RUN, SHA, client_of, journal_a_session, log_polls, publish_all

KEY = "robot-0123456789abcdef0123456789"
EXAMPLES = 12

# a well-formed instant after the release is refused, so that not every well-formed question has an answer
CHECKS = (
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance, response_headers_conformance,
    negative_data_rejection, unsupported_method, ignored_auth,
)  # fmt: skip


KEYS = SecretStr(f"robot:read+sql+ops:{sha256(KEY.encode()).hexdigest()}")
CONTRACT = create_app(Settings(lake="nowhere")).openapi()
OPERATIONS = [(method.upper(), path) for path, methods in CONTRACT["paths"].items() for method in methods]


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory):
    settings = publish_all(tmp_path_factory.mktemp("contract") / "lake", api_keys=KEYS, sql_seconds=1.0, sql_memory="128MB")
    log_polls(settings)
    journal_a_session(settings)
    lake = open_lake(settings)
    entry = {"poll_id": "p", "source": "fred", "key": "GDP", "raw_sha256": SHA, "fetched_at": "2024-01-31T12:00:03+00:00",
             "error": "PayloadError", "reason": "not JSON", "code": "0" * 16, "resolved": False}  # fmt: skip
    lake.write(json.dumps(entry).encode(), "quarantine", "fred", "p.json")
    return schemathesis.openapi.from_asgi("/openapi.json", create_app(settings))


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["well-formed", "malformed"])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_answer_is_as_the_contract_says(schema, method, path, mode):
    operation = schema[path][method]

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    @given(case=operation.as_strategy(generation_mode=mode))
    def holds(case):
        case.call_and_validate(checks=list(CHECKS), headers={"X-API-Key": KEY})

    holds()


# questions that the published release answers with rows, by path; a path that is not here takes none
ANSWERED = {
    "/latest": {"ids": "x,f"},
    "/panel": {"ids": "x,y", "first": "2024-01-08", "last": "2024-01-12"},
    "/calendar": {"market": "b3"},
    "/polls": {"run_id": RUN},
    "/lineage/{id}/{reference_date}": {"id": "x", "reference_date": "2023-12-01"},
    "/series/{series_id}": {"series_id": "x"},
    "/series/{series_id}/latest": {"series_id": "x"},
    "/series/{series_id}/observations": {"series_id": "x"},
    "/series/{series_id}/vintages": {"series_id": "y"},
    "/curves/{curve_id}": {"curve_id": "c"},
    "/curves/{curve_id}/history": {"curve_id": "c"},
    "/instruments/{instrument_id}": {"instrument_id": "di1f27"},
    "/documents/{document_id}": {"document_id": "copom_min_259"},
    "/releases/{release_id}": {"release_id": "current"},
    "/runs/{run_id}": {"run_id": RUN},
    "/decisions/{decision_id}": {"decision_id": "d1"},
    "/strategies/{name}": {"name": "fx_usdbrl_momentum"},
    "/agents/{name}": {"name": "monetary"},
}


@pytest.mark.parametrize("path", [path for method, path in OPERATIONS if method == "GET"])
def test_every_route_answers_rows_as_the_contract_says(schema, path):
    given_ = ANSWERED.get(path, {})
    named = {name: value for name, value in given_.items() if f"{{{name}}}" in path}
    case = schema[path]["GET"].Case(path_parameters=named, query={name: value for name, value in given_.items() if name not in named})
    answer = case.call(headers={"X-API-Key": KEY})
    assert answer.status_code == 200, answer.text
    assert "items" not in answer.json() or answer.json()["items"], "the route was to answer rows"
    case.validate_response(answer, checks=[status_code_conformance, content_type_conformance, response_schema_conformance])


def test_a_query_answers_as_the_contract_says(schema):
    case = schema["/sql"]["POST"].Case(body={"query": "from quotes", "limit": 2}, media_type="application/json")
    case.call_and_validate(checks=[status_code_conformance, response_schema_conformance], headers={"X-API-Key": KEY})


def test_a_wrong_contract_would_be_seen(every_table):
    app = create_app(every_table)
    app.openapi()["components"]["schemas"]["Reading"]["properties"]["value"] = {"type": "string"}
    wrong = schemathesis.openapi.from_dict(app.openapi())
    case = wrong["/series/{series_id}/latest"]["GET"].Case(path_parameters={"series_id": "x"})
    with pytest.raises(FailureGroup, match="schema"):
        case.validate_response(client_of(every_table).get("/series/x/latest"), checks=[response_schema_conformance])


def test_the_contract_describes_every_route_parameter_and_field():
    assert len(CONTRACT["paths"]) >= 20
    for method, path in OPERATIONS:
        operation = CONTRACT["paths"][path][method.lower()]
        assert operation["summary"], path
        assert operation["description"], path
        for parameter in operation.get("parameters", []):
            schema = parameter["schema"]
            assert parameter.get("description") or parameter.get("example") or schema.get("examples"), (path, parameter["name"])
    for name, schema in CONTRACT["components"]["schemas"].items():
        if name not in ("HTTPValidationError", "ValidationError"):
            assert schema.get("description"), name


def test_every_measured_field_has_a_unit():
    fields = {
        (name, field): shape
        for name, schema in CONTRACT["components"]["schemas"].items()
        for field, shape in schema.get("properties", {}).items()
    }
    assert fields["Node", "zero_rate"]["unit"] == "decimal a year"
    assert fields["Mark", "dv01"]["unit"] == "BRL"
    for (name, field), shape in fields.items():
        kinds = {shape.get("type"), *(one.get("type") for one in shape.get("anyOf", []))}
        if "number" in kinds and field != "value":
            assert shape.get("unit"), (name, field)
        if shape.get("unit"):
            assert f"({shape['unit']})" in shape["description"]


def test_every_data_route_has_both_clocks_and_names_a_release():
    for path in ("/series", "/latest", "/panel", "/snapshot", "/curves/{curve_id}", "/quotes", "/marks", "/returns", "/documents"):
        names = {parameter["name"] for parameter in CONTRACT["paths"][path]["get"]["parameters"]}
        assert {"known", "held", "release"} <= names, path


def test_problems_are_in_the_contract_of_every_route():
    for method, path in OPERATIONS:
        answers = CONTRACT["paths"][path][method.lower()]["responses"]
        for status in ("400", "401", "403", "404", "406", "422", "503"):
            assert list(answers[status]["content"]) == ["application/problem+json"], (path, status)
    assert {"type", "title", "status", "detail", "instance", "errors"} <= set(CONTRACT["components"]["schemas"]["Problem"]["properties"])
