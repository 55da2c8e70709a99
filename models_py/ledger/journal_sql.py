"""The journal in a database: SQLite in WAL mode, or Postgres, with the same table.

The table is append-only by triggers, which also refuse a row that does not continue the chain. A write is one transaction that
takes the only write lock, reads the head, inserts and commits; readers are never blocked. The commit is synced to disk before
it returns.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import BigInteger, Column, Connection, Engine, MetaData, String, Table, Text, create_engine, insert, inspect, select
from sqlalchemy.engine import Row, make_url
from sqlalchemy.exc import DBAPIError

from models_py.kernel.errors import JournalError
from models_py.kernel.lake import Lake
from models_py.kernel.settings import Settings
from models_py.ledger.journal import GENESIS_HASH, Draft, Event, continue_chain

JOURNAL = Table(
    "journal",
    MetaData(),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("body", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
BUSY_SECONDS = 60

# `is not` and `is distinct from` compare nulls; a REPLACE would pass the delete trigger by, so the key is looked up too
_CONTINUES = (
    "new.seq {differs} (select coalesce(max(seq), 0) + 1 from journal) "  # noqa: S608 - constants of this module
    "or new.previous {differs} coalesce((select hash from journal order by seq desc limit 1), '" + GENESIS_HASH + "') "
    "or exists (select 1 from journal where key = new.key)"
)
_TRIGGERS = {
    "sqlite": (
        "create trigger if not exists journal_no_update before update on journal begin "
        "select raise(abort, 'the journal is append-only'); end",
        "create trigger if not exists journal_no_delete before delete on journal begin "
        "select raise(abort, 'the journal is append-only'); end",
        "create trigger if not exists journal_continues before insert on journal begin "
        f"select raise(abort, 'an event must continue the chain') where {_CONTINUES.format(differs='is not')}; end",
    ),
    "postgresql": (
        "create or replace function journal_refuse() returns trigger language plpgsql as "
        "$$ begin raise exception 'the journal is append-only'; end $$",
        "create or replace function journal_continue() returns trigger language plpgsql as "
        f"$$ begin if {_CONTINUES.format(differs='is distinct from')} "
        "then raise exception 'an event must continue the chain'; end if; return new; end $$",
        "create or replace trigger journal_no_change before update or delete on journal "
        "for each row execute function journal_refuse()",
        "create or replace trigger journal_no_truncate before truncate on journal execute function journal_refuse()",
        "create or replace trigger journal_continues before insert on journal "
        "for each row execute function journal_continue()",
    ),
}
_BEGIN = {"sqlite": ("begin immediate",), "postgresql": ("begin", "lock table journal in exclusive mode")}


class SqlJournal:
    """A journal behind a database URL; made on first use.

    Raises:
        JournalError: the database is of another kind or does not answer, or its journal belongs to another world.
    """

    def __init__(self, url: str, world: str) -> None:
        self.world = world
        self.engine = _engine(url)
        self._dialect = self.engine.dialect.name
        with self._reading() as connection:
            is_new = not inspect(connection).has_table(JOURNAL.name)
        if is_new:
            _create(self.engine)
        with self._reading() as connection:
            first = connection.execute(select(JOURNAL).where(JOURNAL.c.seq == 1)).first()
        if first is not None and (found := _event(first).payload.get("world")) != world:
            raise JournalError(f"journal {self.engine.url} belongs to {found}, not {world}")

    def append(self, *drafts: Draft) -> tuple[Event, ...]:
        if not drafts:
            return ()
        keys = [draft.key for draft in drafts]
        with self._writing() as connection:
            head = connection.execute(select(JOURNAL).order_by(JOURNAL.c.seq.desc()).limit(1)).first()
            known = {row.key: _event(row) for row in connection.execute(select(JOURNAL).where(JOURNAL.c.key.in_(keys)))}
            new = continue_chain(_event(head) if head else None, known, drafts, self.world)
            if new:
                connection.execute(insert(JOURNAL), [{column.name: getattr(event, column.name) for column in JOURNAL.c} for event in new])
        written = known | {event.key: event for event in new}
        return tuple(written[key] for key in keys)

    def events(self, after: int = 0) -> Iterator[Event]:
        with self._reading() as connection:
            for row in connection.execute(select(JOURNAL).where(JOURNAL.c.seq > after).order_by(JOURNAL.c.seq)).all():
                yield _event(row)

    @property
    def head(self) -> Event | None:
        with self._reading() as connection:
            row = connection.execute(select(JOURNAL).order_by(JOURNAL.c.seq.desc()).limit(1)).first()
        return _event(row) if row else None

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            opened = self.engine.connect()
        except DBAPIError as error:
            raise JournalError(f"journal {self.engine.url} does not answer: {error.orig}") from error
        with opened as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._reading() as connection:
            try:
                for statement in _BEGIN[self._dialect]:
                    connection.exec_driver_sql(statement)
                yield connection
                connection.exec_driver_sql("commit")
            except DBAPIError as error:
                _roll_back(connection)
                raise JournalError(f"journal {self.engine.url} refused the write: {error.orig}") from error
            except BaseException:
                _roll_back(connection)
                raise


def journal_exists(settings: Settings, lake: Lake) -> bool:
    """Whether there is a journal to look into; a database of the settings is taken to be there."""
    return settings.journal is not None or (lake.base / "desk" / "journal.db").exists()


def open_journal(settings: Settings, lake: Lake) -> SqlJournal:
    """The journal of the settings' world: the URL of the settings, or SQLite beside what is private to the lake."""
    return SqlJournal(settings.journal or f"sqlite:///{lake.local('desk') / 'journal.db'}", settings.world_id)


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql" and parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in _BEGIN:
        raise JournalError(f"journal cannot live in {parsed.get_backend_name()}: use sqlite or postgresql")
    return create_engine(parsed, connect_args={"timeout": BUSY_SECONDS} if parsed.get_backend_name() == "sqlite" else {})


def _create(engine: Engine) -> None:
    dialect = engine.dialect.name
    with engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        if dialect == "sqlite":
            # WAL is a property of the file and stays; every commit is synced by default (synchronous = full)
            connection.exec_driver_sql("pragma journal_mode = wal")
        JOURNAL.create(connection, checkfirst=True)
        for statement in _TRIGGERS[dialect]:
            connection.exec_driver_sql(statement)


def _roll_back(connection: Connection) -> None:
    if not connection.closed and not connection.invalidated:
        raw = connection.connection.dbapi_connection
        if raw is not None and getattr(raw, "in_transaction", True):
            connection.exec_driver_sql("rollback")


def _event(row: Row[tuple[object, ...]]) -> Event:
    return Event(int(row.seq), row.at, row.kind, row.key, row.body, row.previous, row.hash)
