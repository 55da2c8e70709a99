"""A release of every gold table, its rows written down here, and a client of the API over it.

    x     1 Dec: 1.0 from 10 Dec, revised to 1.5 on 10 Jan;  1 Jan: 2.0 from 12 Jan, which this lake had on 20 Jan
    y     30 Nov: 10 from 5 Dec, withdrawn on 15 Jan
    f     a factor: 1 Jan: 0.25 from 12 Jan
    c     a curve of two sessions; that of 8 Jan was corrected, and lost its far node, on 10 Jan
"""

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import duckdb
from fastapi.testclient import TestClient

from app.api.main import create_app
from models_py.gold.write import write
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from models_py.ledger.journal import Draft
from models_py.ledger.journal_sql import open_journal
from models_py.quant.frontier import frontier

NOW = datetime(2024, 1, 31, 12, tzinfo=UTC)
PAYLOAD = b"payload"
SHA = sha256(PAYLOAD).hexdigest()
RUN = "20240131T120000.000000Z"

STAMPED = "available_at timestamptz, held_at timestamptz, vintage integer"
TABLES = {
    "observations": (
        f"series_id varchar, reference_date date, target_date date, {STAMPED}, value double, availability varchar, raw_sha256 varchar",
        f"""
        ('x', '2023-12-01', null, '2023-12-10 12:00:00+00', '2023-12-10 13:00:00+00', 1, 1.0, 'published', '{SHA}'),
        ('x', '2023-12-01', null, '2024-01-10 12:00:00+00', '2024-01-10 13:00:00+00', 2, 1.5, 'published', '{SHA}'),
        ('x', '2024-01-01', null, '2024-01-12 12:00:00+00', '2024-01-20 09:00:00+00', 1, 2.0, 'scheduled', '{SHA}'),
        ('y', '2023-11-30', null, '2023-12-05 12:00:00+00', '2023-12-05 13:00:00+00', 1, 10.0, 'assumed', '{SHA}'),
        ('y', '2023-11-30', null, '2024-01-15 12:00:00+00', '2024-01-15 13:00:00+00', 2, null, 'observed', '{SHA}')
        """,
    ),
    "factors": (
        f"series_id varchar, reference_date date, target_date date, {STAMPED}, value double, availability varchar, raw_sha256 varchar",
        f"('f', '2024-01-01', null, '2024-01-12 12:00:00+00', '2024-01-20 09:00:00+00', 1, 0.25, 'scheduled', '{SHA}')",
    ),
    "series": (
        "series_id varchar, kind varchar, title varchar, source varchar, source_key varchar, unit varchar, frequency varchar, "
        "revisable boolean, country varchar, category varchar, grade varchar, max_age_bd integer, release_lag varchar, note varchar, "
        "first_date date, last_date date, observations integer",
        """
        ('f', 'factor', 'Slope', 'computed', null, 'decimal', 'daily', null, null, null, 'derived', 3, null, 'long less short',
            '2024-01-01', '2024-01-01', 1),
        ('x', 'series', 'Prices', 'bcb_sgs', '433', 'decimal', 'monthly', true, 'br', 'inflation', 'market', 45, 'm+1 day 12', null,
            '2023-12-01', '2024-01-01', 2),
        ('y', 'series', 'Output', 'fred', 'GDP', 'index', 'quarterly', true, 'us', 'activity', 'market', 130, null, null, null, null, 0)
        """,
    ),
    "curves": (
        f"curve_id varchar, reference_date date, tenor_bd integer, {STAMPED}, zero_rate double, discount_factor double, "
        "method varchar, grade varchar",
        """
        ('c', '2024-01-05', 252, '2024-01-05 23:00:00+00', '2024-01-06 09:00:00+00', 1, 0.25, 0.8, 'flat forward', 'market'),
        ('c', '2024-01-08', 252, '2024-01-08 23:00:00+00', '2024-01-09 09:00:00+00', 1, 0.25, 0.8, 'flat forward', 'market'),
        ('c', '2024-01-08', 504, '2024-01-08 23:00:00+00', '2024-01-09 09:00:00+00', 1, 0.25, 0.64, 'flat forward', 'market'),
        ('c', '2024-01-08', 252, '2024-01-10 23:00:00+00', '2024-01-11 09:00:00+00', 2, 0.6, 0.625, 'flat forward', 'market')
        """,
    ),
    "quotes": (
        f"instrument_id varchar, field varchar, reference_date date, {STAMPED}, value double, availability varchar, raw_sha256 varchar",
        f"""
        ('di1f27', 'open_interest', '2024-01-08', '2024-01-08 23:00:00+00', '2024-01-09 09:00:00+00', 1, 500, 'published', '{SHA}'),
        ('di1f27', 'settlement', '2024-01-08', '2024-01-08 23:00:00+00', '2024-01-09 09:00:00+00', 1, 74000.5, 'published', '{SHA}'),
        ('di1f27', 'settlement', '2024-01-09', '2024-01-09 23:00:00+00', '2024-01-10 09:00:00+00', 1, 74100.5, 'published', '{SHA}'),
        ('di1f29', 'settlement', '2024-01-09', '2024-01-09 23:00:00+00', '2024-01-10 09:00:00+00', 1, 60000.5, 'published', '{SHA}')
        """,
    ),
    "marks": (
        f"instrument_id varchar, reference_date date, {STAMPED}, price double, point_value double, accretion double, dv01 double, "
        "grade varchar",
        """
        ('di1f27', '2024-01-08', '2024-01-08 23:00:00+00', '2024-01-09 09:00:00+00', 1, 74000.5, 1, 1.0004, 19.5, 'market'),
        ('dolg24', '2024-01-08', '2024-01-08 23:00:00+00', '2024-01-09 09:00:00+00', 1, 4.9, 50000, 1, null, 'market')
        """,
    ),
    "returns": (
        f"instrument_id varchar, reference_date date, {STAMPED}, excess_return double, pnl_per_unit double, carry double, "
        "rolldown double, dv01 double, grade varchar",
        "('usdbrl', '2024-01-08', '2024-01-08 23:00:00+00', '2024-01-09 09:00:00+00', 1, 0.001, 0.005, null, null, null, 'market')",
    ),
    "instruments": (
        "instrument_id varchar, family varchar, maturity_date date, currency varchar, multiplier double, tick double, lot integer, "
        "accretes boolean",
        """
        ('di1', 'di1', null, 'BRL', 1, 0.00001, 5, true),
        ('di1f27', 'di1', '2027-01-04', 'BRL', 1, 0.00001, 5, true),
        ('dolg24', 'dol', '2024-02-01', 'BRL', 50000, 0.0005, 5, false)
        """,
    ),
    "documents": (
        f"document_id varchar, kind varchar, meeting_date date, language varchar, text varchar, {STAMPED}, availability varchar, "
        "raw_sha256 varchar",
        f"""
        ('copom_min_259', 'copom_min', '2023-12-13', 'pt', 'Ata', '2023-12-19 11:00:00+00', '2023-12-19 12:00:00+00', 1,
            'published', '{SHA}'),
        ('copom_min_259', 'copom_min', '2023-12-13', 'pt', 'Ata corrigida', '2024-01-03 11:00:00+00', '2024-01-03 12:00:00+00', 2,
            'published', '{SHA}'),
        ('fomc_stmt_2312', 'fomc_stmt', '2023-12-13', 'en', 'Statement', '2023-12-13 19:00:00+00', '2023-12-13 20:00:00+00', 1,
            'published', '{SHA}')
        """,
    ),
    "quality": (
        "kind varchar, name varchar, table_name varchar, column_name varchar, source varchar, status varchar, value double, "
        "failures bigint, detail varchar",
        """
        ('test', 'not_null_x', null, null, null, 'pass', null, 0, ''),
        ('expectation', 'quotes.value finite', 'quotes', 'value', null, 'fail', null, 2, 'nan'),
        ('score', 'score', null, null, 'bcb_sgs', null, 90.5, 0, '1 promised'),
        ('score', 'timeliness', null, null, 'bcb_sgs', null, 80, 0, '1 promised'),
        ('series', 'x', null, null, 'bcb_sgs', 'OK', 90.5, 0, 'last 2024-01-01'),
        ('series', 'y', null, null, 'fred', 'STALE', 40, 0, 'last 2023-11-30')
        """,
    ),
}
SESSIONS = """
    create table gold.calendar as
    select
        'b3' as market, d::date as calendar_date, isodow(d) < 6 as is_business_day,
        (1 + count(*) filter (isodow(d) < 6) over (order by d rows between unbounded preceding and 1 preceding))::integer as business_day,
        isodow(d) < 6 as is_session,
        case when isodow(d) < 6 then timezone('America/Sao_Paulo', d + interval '8 hours 45 minutes') end as decision_at,
        date '1900-01-01' as known_from, date '9999-12-31' as known_until
    from range(timestamp '2023-12-01', timestamp '2024-02-01', interval 1 day) as t(d)
"""


def build() -> duckdb.DuckDBPyConnection:
    """A build of the tables above."""
    connection = duckdb.connect()
    connection.execute("set global timezone = 'UTC'")
    connection.execute("create schema gold")
    for name, (columns, rows) in TABLES.items():
        connection.execute(f"create table gold.{name} ({columns})")
        connection.execute(f"insert into gold.{name} values {rows}")
    both = "select * from (from gold.observations union all from gold.factors) order by series_id, available_at, reference_date, vintage"
    connection.register("steps", frontier(connection.execute(both).to_arrow_table()))
    connection.execute("create table gold.frontier as from steps")
    connection.execute(SESSIONS)
    return connection


def publish_all(folder: Path, **settings: object) -> Settings:
    """Publish the tables above as the current release of a lake; the settings that read it."""
    made = Settings(lake=str(folder), now=NOW, **settings)
    with build() as connection:
        quality = {"score": 90.5, "sources": {"bcb_sgs": 90.5}}
        write(open_lake(made), connection, published_at=NOW, commit="abc123", quality=quality, bronze_held_at=NOW)
    return made


def log_polls(settings: Settings) -> None:
    """Two runs in the log of polls: the second failed for bcb_sgs, and asked fred twice."""
    lake = open_lake(settings)
    lake.write(PAYLOAD, "raw", "objects", SHA[:2], SHA)

    def log(source: str, run: str, *polls: tuple[str, str, str]) -> None:
        lines = [
            {"poll_id": f"{source}{number}", "source": source, "key": "433", "url": "https://x/a?api_key=***", "method": "GET",
             "body_sha256": None, "status": 200, "content_type": "text/csv", "headers": {}, "fetched_at": at, "raw_sha256": SHA, "size": 7,
             "outcome": outcome, "reason": reason}
            for number, (at, outcome, reason) in enumerate(polls)
        ]  # fmt: skip
        lake.write("".join(json.dumps(line) + "\n" for line in lines).encode(), "raw/polls", source, f"{run}.jsonl")

    log("bcb_sgs", "20240130T120000.000000Z", ("2024-01-30T12:00:01+00:00", "ok", ""))
    log("bcb_sgs", RUN, ("2024-01-31T12:00:02+00:00", "failed", "connection refused"))
    log("fred", RUN, ("2024-01-31T12:00:03+00:00", "ok", ""), ("2024-01-31T12:00:04+00:00", "unchanged", ""))


def journal_a_session(settings: Settings) -> None:
    """A book of 1,000 that bought five contracts at 74,000 for a cost of 10, and was marked at 74,010."""
    journal = open_journal(settings, open_lake(settings))
    decision = {"decision_id": "d1", "decision_at": "2024-01-30T11:45:00+00:00", "session": "2024-01-30", "release_id": "r",
                "catch_up": False, "scores": []}  # fmt: skip
    sent = {"order_id": "o1", "decision_id": "d1", "contract": "di1f27", "quantity": 5, "side": "sell", "session": "2024-01-30",
            "created_at": "2024-01-30T11:45:00+00:00", "allocation": {"carry": 5}, "reference_price": 74000.0, "dv01": 19.0,
            "purpose": "rebalance", "sequence": 0, "state": "sent"}  # fmt: skip
    fill = {"order_id": "o1", "contract": "di1f27", "quantity": 5, "price": 74000.0, "cost": 10.0, "session": "2024-01-30",
            "allocation": {"carry": 5}}  # fmt: skip
    mark = {"price": 74010.0, "point_value": 1.0, "accretion": 1.0, "dv01": 19.0, "grade": "market", "carried": False,
            "available_at": "2024-01-30T23:00:00+00:00"}  # fmt: skip
    marks = {"session": "2024-01-30", "cdi_factor": 1.0, "marks": {"di1f27": mark}, "carried": [], "expired": []}
    early, late = NOW.replace(day=30, hour=11), NOW.replace(hour=11)
    journal.append(
        Draft("cash", "cash:initial", {"amount": 1000.0}, early), Draft("decision", "decision:d1", decision, early),
        Draft("order", "order:o1", sent, early), Draft("fill", "fill:o1", fill, late), Draft("marks", "marks:2024-01-30", marks, late),
    )  # fmt: skip
    journal.close()


def client_of(settings: Settings, host: str = "127.0.0.1", **more: object) -> TestClient:
    """A client of the API at an address; errors of the server are answers, as on a wire."""
    return TestClient(create_app(settings), base_url="http://127.0.0.1", client=(host, 50000), raise_server_exceptions=False, **more)
