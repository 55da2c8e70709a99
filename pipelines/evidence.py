"""The evidence of our own polls, as rows: what each asked for, and whether it was answered.

A round is what one run asks of a source about one subject. A round that was answered whole, without a row of a reference date that
it asked for, proves that the date was not out when it was fetched: `int_rounds` and the macro `lacking` make use of it.

- An answer that holds nothing proves that of dates of the last weeks alone: where years are missing, the source was in trouble.
- An answer that has not been read, since it lies in quarantine, proves nothing; once it is read there is a second row that says so.
"""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from hashlib import sha256
from types import ModuleType

import pyarrow as pa

from models_py.kernel.stored import Poll
from pipelines.connectors import INSTANT
from pipelines.connectors._asked import Asked, by_key
from pipelines.vault import NOTHING

ASKED = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("poll_id", pa.string(), nullable=False),
        pa.field("request", pa.string(), nullable=False),          # the same in every run
        pa.field("subject", pa.string(), nullable=False),
        pa.field("first_date", pa.date32(), nullable=False),       # reference dates asked for, as the source dates them
        pa.field("last_date", pa.date32(), nullable=False),
        pa.field("fetched_at", INSTANT, nullable=False),
        pa.field("proves", pa.bool_(), nullable=False),
        pa.field("is_answered", pa.bool_(), nullable=False),
    ]
)
NOTHING_REACHES = timedelta(days=60)       # a month is dated by its first day and comes out in the next; so much and some more

Noted = tuple[str, bool]


def asked(connector: ModuleType, polls: Sequence[Poll], read: AbstractSet[str], noted: AbstractSet[Noted]) -> pa.Table:
    """What polls asked for, one row a subject, less what is noted.

    Args:
        read: digests of the payloads of this source that have been read.
        noted: polls that have rows, by whether as answered.
    """
    asks: Callable[[str, str], Sequence[Asked]] = getattr(connector, "asks", by_key)
    rows = dict.fromkeys(row for poll in polls for row in _rows(poll, asks, read, noted))
    columns = list(zip(*rows, strict=True)) or [()] * len(ASKED)
    return pa.table([pa.array(column, one.type) for column, one in zip(columns, ASKED, strict=True)], schema=ASKED)


def _rows(
    poll: Poll, asks: Callable[[str, str], Sequence[Asked]], read: AbstractSet[str], noted: AbstractSet[Noted]
) -> Iterator[tuple[object, ...]]:
    is_answered = poll.outcome in NOTHING or poll.raw_sha256 in read
    if (poll.poll_id, is_answered) in noted:
        return
    request = sha256(poll.request_id.encode()).hexdigest()[:16]
    for one in asks(poll.key, poll.url):
        cut = poll.outcome in NOTHING and one.first > date.min
        first = max(one.first, poll.fetched_at.date() - NOTHING_REACHES) if cut else one.first
        yield poll.source, poll.poll_id, request, one.subject, first, one.last, poll.fetched_at, one.proves, is_answered
