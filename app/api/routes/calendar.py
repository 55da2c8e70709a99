"""`/calendar`: business days, sessions and decisions. `/calendar/releases`: when figures come out and committees meet."""

from datetime import date, datetime
from typing import Annotated, Literal

import polars as pl
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from app.api.answers import answer
from app.api.contract import measured, rows
from app.api.cut import Text, check_range
from app.api.pages import Paged, PagedCut
from app.api.tables import table_of
from models_py.kernel import seeds

router = APIRouter(tags=["calendar"])

Market = Annotated[Literal["br", "b3", "us_sifma", "us_nyse"], Query(description="calendar of days", examples=["b3"])]
FirstDay = Annotated[date | SkipJsonSchema[None], Query(description="first day", examples=["2023-11-01"])]
AsOfDay = Annotated[
    date | SkipJsonSchema[None],
    Query(description="one list: that known on this day; default: the list in force on each", examples=["2023-11-20"]),
]
Kind = Literal["release", "meeting", "election"]
LastDay = Annotated[date | SkipJsonSchema[None], Query(description="last day", examples=["2023-11-30"])]


class MarketDay(BaseModel):
    """A day on one list of holidays of a market."""

    market: str = Field(description="br (national), b3 (sessions), us_sifma, us_nyse", examples=["b3"])
    calendar_date: date
    is_business_day: bool = Field(description="neither weekend nor on the list")
    business_day: int = measured("business days", "one more than those before it on this list: a difference counts those of [start, end)")
    is_session: bool = Field(description="the market trades, by the list in force on the day")
    decision_at: datetime | None = Field(description="when the desk decides; null where it does not")
    known_from: date = Field(description="first day on which this list was known")
    known_until: date = Field(description="last day on which it was")


class Scheduled(BaseModel):
    """A day on which figures are published, a committee decides or a country votes."""

    kind: Kind = Field(description="what happens", examples=["release"])
    calendar: str = Field(description="whose: a calendar of figures, a committee, a country", examples=["ibge_ipca"])
    scheduled_date: date = Field(description="local day on which it happens")
    reference_date: date | None = Field(description="of figures: end of the period they describe")
    number: int | None = Field(description="of a meeting: its number; of an election: its round")


@router.get("/calendar", **rows(MarketDay, summary="Days of a market"))
def days(
    request: Request, asked: Paged, market: Market, first: FirstDay = None, last: LastDay = None, as_of: AsOfDay = None
) -> Response:
    """Days in order, by the list of holidays in force on each, or on one list alone: a law of December is not known in November."""
    check_range(first, last)
    return answer(request, asked.cut, lambda: table_of(asked, _days(asked, market, first, last, as_of), is_part=True))


@router.get("/calendar/releases", **rows(Scheduled, summary="Figures, meetings and elections"))
def releases(
    request: Request,
    asked: Paged,
    kind: Annotated[Kind | SkipJsonSchema[None], Query(description="what happens")] = None,
    calendar: Annotated[Text, Query(description="whose", examples=["copom"], max_length=63)] = None,
    first: FirstDay = None,
    last: LastDay = None,
) -> Response:
    """Dates that are public long before, in their order, from the seeds of the running code: the clocks do not cut them."""
    check_range(first, last)
    named = [pl.col(column) == value for column, value in (("kind", kind), ("calendar", calendar)) if value is not None]
    of_world = scheduled(asked.cut.release.settings.world)
    wanted = of_world.filter(*named, pl.col("scheduled_date").is_between(first or date.min, last or date.max))
    return answer(request, asked.cut, lambda: table_of(asked, wanted))


def scheduled(world: str) -> pl.DataFrame:
    """Every date of the seeds in a world: kind, calendar, scheduled_date, reference_date, number."""
    named = {
        "release": seeds.read("releases").select("calendar", scheduled_date="release_date", reference_date="reference_date"),
        "meeting": seeds.of_world("meetings", world).select(calendar="committee", scheduled_date="meeting_date", number="number"),
        "election": seeds.read("elections").select(calendar="country", scheduled_date="election_date", number="round"),
    }
    found = pl.concat([rows.with_columns(kind=pl.lit(kind)) for kind, rows in named.items()], how="diagonal")
    dates = [pl.col(name).str.to_date() for name in ("scheduled_date", "reference_date")]
    typed = found.with_columns(*dates, pl.col("number").cast(pl.Int32))
    return typed.select(*Scheduled.model_fields).sort("scheduled_date", "kind", "calendar")


def _days(asked: PagedCut, market: str, first: date | None, last: date | None, as_of: date | None) -> pl.DataFrame:
    query = """
        select * from gold.calendar
        where
            market = ? and coalesce(?, calendar_date) between known_from and known_until
            and calendar_date between coalesce(?, '-infinity'::date) and coalesce(?, 'infinity'::date)
        order by calendar_date limit ? offset ?
    """
    found = asked.cut.release.sql(query, (market, as_of, first, last, asked.page.probe, asked.page.offset))
    return found.select(*MarketDay.model_fields)
