"""`/instruments`: families, and what has been quoted. A reference table: the clocks do not cut it."""

from datetime import date
from typing import Annotated

import polars as pl
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from app.api.answers import answer
from app.api.contract import measured, rows
from app.api.cut import ReadCut, Text
from app.api.media import Table
from app.api.pages import Paged
from app.api.problems import NotFound
from app.api.tables import table_of
from models_py.gold import Release

router = APIRouter(tags=["instruments"])


class Instrument(BaseModel):
    """A family, or a contract or bond that has been quoted."""

    instrument_id: str = Field(description="a family row carries the family's name", examples=["di1f27"])
    family: str = Field(examples=["di1"])
    maturity_date: date | None = Field(description="expiry or maturity; null for families")
    currency: str = Field(description="of the profit or loss of a point", examples=["BRL"])
    multiplier: float | None = measured("currency per 1.0 of price", "DAP: and unit of the IPCA index")
    tick: float | None = measured("of the quote", "smallest step; null where prices are not stepped")
    lot: int | None = measured("contracts", "a standard lot")
    accretes: bool | None = Field(description="financed at the CDI from session to session")


@router.get("/instruments", **rows(Instrument, summary="Instruments"))
def list_instruments(
    request: Request,
    asked: Paged,
    family: Annotated[Text, Query(description="contract root or kind of bond", examples=["di1"], max_length=63)] = None,
    first: Annotated[date | SkipJsonSchema[None], Query(description="first maturity", examples=["2027-01-01"])] = None,
) -> Response:
    """Families, contracts and bonds, by id; `first` leaves out families and what matures before."""
    release = asked.cut.release
    return answer(request, asked.cut, lambda: table_of(asked, _instruments(release, family, first)))


@router.get("/instruments/{instrument_id}", **rows(Instrument, summary="One instrument"))
def one_instrument(
    request: Request, cut: ReadCut, instrument_id: Annotated[str, Path(description="contract, bond or family", examples=["di1f27"])]
) -> Response:
    """Maturity, currency and terms."""
    found = _instruments(cut.release).filter(pl.col("instrument_id") == instrument_id)
    if not found.height:
        raise NotFound(
            f"no instrument {instrument_id!r} in release {cut.release.id}", values={"id": instrument_id, "release_id": cut.release.id}
        )
    return answer(request, cut, lambda: Table.of(found))


def _instruments(release: Release, family: str | None = None, first: date | None = None) -> pl.DataFrame:
    query = """
        select * from gold.instruments
        where family = coalesce(?, family) and (?::date is null or maturity_date >= ?)
        order by instrument_id
    """
    return release.sql(query, (family, first, first)).select(*Instrument.model_fields)
