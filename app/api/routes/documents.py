"""`/documents`: statements, minutes and calendar entries as they were known."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from app.api.answers import answer
from app.api.contract import rows
from app.api.cut import First, Last, ReadCut, Text
from app.api.media import Table
from app.api.pages import Paged
from app.api.problems import NotFound
from app.api.tables import between, cut_rows
from models_py.gold.page import page

router = APIRouter(tags=["documents"])


class Heading(BaseModel):
    """A document without its body."""

    document_id: str = Field(description="kind, and what tells it apart within the kind", examples=["copom_min_227"])
    kind: str = Field(examples=["copom_min"])
    meeting_date: date | None = Field(description="date of the meeting or event")
    language: str | None = Field(description="pt or en; null for calendar entries", examples=["pt"])
    available_at: datetime = Field(description="when it was published")
    held_at: datetime = Field(description="when this lake first had it")
    vintage: int = Field(ge=1)
    availability: str = Field(description="how `available_at` is known")
    raw_sha256: str | None = Field(description="payload it was read from")


class Document(Heading):
    """A document."""

    text: str = Field(description="body, or one JSON object")


@router.get("/documents", **rows(Heading, summary="Documents as they were known"))
def list_documents(
    request: Request,
    asked: Paged,
    kind: Annotated[Text, Query(description="one kind", examples=["copom_min"], max_length=63)] = None,
    language: Annotated[Text, Query(examples=["pt"], max_length=8)] = None,
    first: First = None,
    last: Last = None,
) -> Response:
    """Headings by id, of documents known at the cut-off; `first` and `last` are dates of meetings."""
    where = between(first, last, "meeting_date")
    where += [(column, "in", [value]) for column, value in (("kind", kind), ("language", language)) if value is not None]
    return answer(request, asked.cut, lambda: cut_rows(asked, "documents", where, tuple(Heading.model_fields)))


@router.get("/documents/{document_id}", **rows(Document, summary="One document as it was known"))
def one_document(
    request: Request, cut: ReadCut, document_id: Annotated[str, Path(description="document", examples=["copom_min_227"], max_length=200)]
) -> Response:
    """The text as it stood at the cut-off: corrections published later are not seen."""

    def found() -> Table:
        one = page(cut.asof, "documents", [("document_id", "in", [document_id])], limit=1, columns=tuple(Document.model_fields))
        if not one.height:
            raise NotFound(
                f"no document {document_id!r} is known at {cut.known.isoformat()} in release {cut.release.id}",
                values={"id": document_id, "known": cut.known.isoformat(), "release_id": cut.release.id},
            )
        return Table.of(one)

    return answer(request, cut, found)
