"""Errors as RFC 9457 says them: `application/problem+json` with the id and value concerned, whatever went wrong and wherever."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from models_py.gold.release import NotAQuery
from models_py.kernel.errors import LakeError, MacroError, NaiveCutoff, UnknownSeries
from models_py.quant.errors import OutsideCalendar

MEDIA_TYPE = "application/problem+json"


class Refusal(MacroError):
    """A question the API does not answer. `values` are the fields of its problem, `headers` those of its answer."""

    status: ClassVar[int] = 400

    def __init__(self, told: str, *, values: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(told)
        self.values, self.headers = dict(values or {}), dict(headers or {})


class NotYetKnown(Refusal):
    """A cut-off later than the release: what will be known by then is not known yet."""


class BadCursor(Refusal):
    """A cursor that no answer gave, or that belongs to another question."""


class BadRange(Refusal):
    """A range whose first is after its last."""

    status = 422


class TooMany(Refusal):
    """More than is answered at once."""

    status = 422


class NotFound(Refusal):
    """Nothing of that name in the release."""

    status = 404


class NotAcceptable(Refusal):
    """A form in which this question is not answered."""

    status = 406


class Detail(BaseModel):
    """One value that cannot be read."""

    field: str = Field(description="where it stands", examples=["query.limit"])
    message: str = Field(description="what is wrong with it", examples=["Input should be greater than or equal to 1"])
    value: Any = Field(None, description="as it was found")


class Problem(BaseModel):
    """Body of every answer that is no success. Fields beyond these name what the kind of problem concerns."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="kind of problem, a stable URN", examples=["urn:macro-desk:problem:unknown-series"])
    title: str = Field(description="kind of problem, in words", examples=["Unknown series"])
    status: int = Field(description="status of the answer", examples=[404])
    detail: str = Field(description="what is wrong, with the id and value concerned")
    instance: str = Field(description="path asked for", examples=["/series/nope"])
    id: str | None = Field(None, description="series, instrument, curve, document, run or release concerned")
    known: str | None = Field(None, description="cut-off asked for")
    published_at: str | None = Field(None, description="the latest cut-off the release answers")
    release_id: str | None = Field(None, description="release that was asked")
    errors: list[Detail] | None = Field(None, description="values that cannot be read, one each")


STATUS: Mapping[type[Exception], int] = {UnknownSeries: 404, NaiveCutoff: 422, NotAQuery: 422, OutsideCalendar: 422, LakeError: 503}
TITLES = {413: "Content Too Large"}          # Python 3.11 and 3.12 have an older phrase


def described(text: str) -> dict[str, Any]:
    """An answer that is a problem, as the contract has it."""
    return {"description": text, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: described(text)
    for status, text in {
        400: "a cut-off later than the release, or a cursor of another question",
        401: "no key or token, or one that is not valid",
        403: "the key or token does not reach this far",
        404: "no such id, release or path",
        406: "the answer cannot be given in the form asked for",
        422: "a value that cannot be read",
        503: "nothing is published yet, or too much is asked at once",
    }.items()
}


def install(app: FastAPI) -> None:
    """Have an application answer every error as a problem."""
    app.add_exception_handler(MacroError, _desk)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _bug)


def _answer(request: Request, status: int, title: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", title).split()
    body = {
        "type": "urn:macro-desk:problem:" + "-".join(words).lower(),
        "title": " ".join(words).capitalize(),
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        **more,
    }
    return Response(orjson.dumps(body, default=str), status, dict(headers or {}), MEDIA_TYPE)


async def _desk(request: Request, error: Exception) -> Response:
    values, headers, status = {}, {}, next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    if isinstance(error, Refusal):
        values, headers, status = error.values, error.headers, error.status
    return _answer(request, status, type(error).__name__, str(error), headers, **values)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = TITLES.get(error.status_code) or HTTPStatus(error.status_code).phrase
    told = f"{request.method} {request.url.path}: {str(error.detail).lower()}; what there is stands at /docs"
    return _answer(request, error.status_code, title, told, error.headers)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = [{"field": ".".join(map(str, item["loc"])), "message": item["msg"], "value": item["input"]} for item in error.errors()]
    told = "; ".join(f"{one['field']}: {one['message']}, found {one['value']!r}" for one in found)
    return _answer(request, 422, "Invalid request", told, errors=found)


async def _bug(request: Request, error: Exception) -> Response:
    return _answer(request, 500, "Internal server error", f"{type(error).__name__}: a fault of the desk's own, told in its log")


def schemas() -> dict[str, Any]:
    """Schemas of problems for the contract, by name."""
    made = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**made.pop("$defs"), "Problem": made}
