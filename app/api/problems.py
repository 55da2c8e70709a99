"""Errors as RFC 9457 says them: `application/problem+json` with the id and value concerned, whatever went wrong and wherever."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from models_py.kernel.errors import LakeError, MacroError, NaiveCutoff, UnknownSeries

MEDIA_TYPE = "application/problem+json"


class NotYetKnown(MacroError):
    """A cut-off later than the release: what will be known by then is not known yet. `values` are the two instants."""

    def __init__(self, known: str, published_at: str, release_id: str) -> None:
        super().__init__(f"known {known} is later than release {release_id}, which knows what was published by {published_at}")
        self.values = {"known": known, "published_at": published_at}


class Problem(BaseModel):
    """Body of every answer that is no success."""

    type: str = "about:blank"
    title: str = Field(description="kind of problem")
    status: int
    detail: str = Field(description="what is wrong, with the id and value concerned")
    instance: str = Field(description="path asked for")


STATUS: Mapping[type[Exception], int] = {UnknownSeries: 404, NaiveCutoff: 422, NotYetKnown: 400, LakeError: 503}
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}}
    for status, text in {
        400: "a cut-off later than the release",
        404: "no such series or path",
        422: "a value that cannot be read",
        503: "nothing is published yet",
    }.items()
}


def install(app: FastAPI) -> None:
    """Have an application answer every error as a problem."""
    app.add_exception_handler(MacroError, _desk)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _bug)


def _answer(request: Request, status: int, title: str, detail: str, **more: str) -> JSONResponse:
    body = Problem(title=title, status=status, detail=detail, instance=request.url.path).model_dump() | more
    return JSONResponse(body, status, media_type=MEDIA_TYPE)


async def _desk(request: Request, error: Exception) -> JSONResponse:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    return _answer(request, status, type(error).__name__, str(error), **(error.values if isinstance(error, NotYetKnown) else {}))


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    title = HTTPStatus(error.status_code).phrase
    told = f"{request.method} {request.url.path}: {str(error.detail).lower()}; what there is stands at /docs"
    answer = _answer(request, error.status_code, title, told)
    answer.headers.update(error.headers or {})
    return answer


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    told = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}, found {item['input']!r}" for item in error.errors())
    return _answer(request, 422, "RequestValidationError", told)


async def _bug(request: Request, error: Exception) -> JSONResponse:
    return _answer(request, 500, "Internal Server Error", f"{type(error).__name__}: a fault of the desk's own, told in its log")
