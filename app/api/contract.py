"""What the contract says of every data route: the envelope of its JSON, its other forms, its headers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from app.api.media import CSV, FORMS, PARQUET

Row = TypeVar("Row")


class Origin(BaseModel):
    """Where an answer comes from."""

    release_id: str = Field(description="release it was read from", examples=["20261124T114500Z-dac95527c5c9"])
    world: str = Field(description="where the bytes come from: `sandbox:<seed>`, `files` or `live`", examples=["sandbox:20100104"])
    commit: str = Field(description="code that made the release", examples=["0e6c0940f1b2"])
    simulated: bool = Field(description="true: a simulated world, no evidence about markets")


class Clocks(Origin):
    """And by which clocks."""

    known: datetime = Field(description="nothing published later is here")
    held: datetime | None = Field(None, description="nothing that the lake had later is here; null: all it has")


class Rows(Clocks, Generic[Row]):
    """One page of rows in their order."""

    model_config = ConfigDict(json_schema_extra={"description": "One page of rows in their order."})

    next: str | None = Field(None, description="cursor of the page that follows; null: this is the last")
    items: list[Row]


def measured(unit: str, description: str, **more: Any) -> Any:
    """A field with a unit."""
    return Field(description=f"{description} ({unit})", json_schema_extra={"unit": unit}, **more)


def _header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}


HEADERS: Mapping[str, Any] = {
    "ETag": _header("changes with the release, the question and the form"),
    "X-Release": _header("release it was read from"),
    "X-World": _header("world of the release"),
    "X-Commit": _header("code that made the release"),
    "X-Simulated": _header("true: no evidence about markets"),
    "X-Known": _header("cut-off of the public clock"),
}
UNCHANGED = {"description": "what the asker has is what would be answered (`If-None-Match`)"}


def rows(model: type[BaseModel], **more: Any) -> dict[str, Any]:
    """Keywords of a route that answers rows of a model in every form."""
    forms = {CSV: {"schema": {"type": "string"}}, PARQUET: {"schema": {"type": "string", "format": "binary"}}}
    paging = {"Link": _header('`rel="next"`: the page that follows, where there is one')}
    told = {"content": forms, "headers": {**HEADERS, **paging}, "description": f"rows as {', '.join(FORMS)}"}
    return {"response_model": Rows[model], "responses": {200: told, 304: UNCHANGED}, **more}  # type: ignore[valid-type]


def thing(model: type[BaseModel], **more: Any) -> dict[str, Any]:
    """Keywords of a route that answers one object, in JSON alone."""
    return {"response_model": model, "responses": {304: UNCHANGED}, **more}
