"""A release of every gold table, its rows written down here, and a client of the API over it.

    x     1 Dec: 1.0 from 10 Dec, revised to 1.5 on 10 Jan;  1 Jan: 2.0 from 12 Jan, which this lake had on 20 Jan
    y     30 Nov: 10 from 5 Dec, withdrawn on 15 Jan
    f     a factor: 1 Jan: 0.25 from 12 Jan
    c     a curve of two sessions; that of 8 Jan was corrected, and lost its far node, on 10 Jan
"""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
from fastapi.testclient import TestClient

from app.api.main import create_app
from models_py.gold.write import write
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from models_py.quant.frontier import frontier

NOW = datetime(2024, 1, 31, 12, tzinfo=UTC)
SHA = "ab" * 32

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


def client_of(settings: Settings, host: str = "127.0.0.1", **more: object) -> TestClient:
    """A client of the API at an address; errors of the server are answers, as on a wire."""
    return TestClient(create_app(settings), base_url="http://127.0.0.1", client=(host, 50000), raise_server_exceptions=False, **more)
