"""B3 price reports in XML: BVBG.187 (derivatives, SPRD) and BVBG.086 (all, PR), message BVMF.217.01.

Each level of the document declares a namespace of its own, none with a prefix in what B3 sends; the byte order mark is
optional. A report is some megabytes of messages of which a tenth matters, so it is scanned, not built into a tree: the frame
(head, tail, number of messages) is checked as a whole and the messages of our contracts tag by tag.

`CreDtAndTm` of the file is São Paulo time without zone. `CreDt` of a message is UTC: on 2018-01-02, in summer time, one file
says 20:43:42 and 22:43:42Z.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pyarrow as pa

from pipelines.connectors import QUOTES
from pipelines.connectors._numbers import number

KINDS = {b"BVBG.187.01": "SPRD", b"BVBG.086.01": "PR"}
CONTRACT = re.compile(rb"(?:DI1|DAP|DDI|FRC|DOL)[FGHJKMNQUVXZ]\d\d")

_KIND = re.compile(rb"<(?:\w+:)?BizGrpTp>\s*([^<\s]+)\s*<")
_COUNT = re.compile(rb"<(?:\w+:)?TtlNbOfMsg>\s*(\d+)\s*<")
_MESSAGE = re.compile(rb"<(?:\w+:)?PricRpt\b")
_TICKER = re.compile(rb"<(?:\w+:)?TckrSymb>\s*([^<\s]+)\s*<")
_SESSION = re.compile(rb"<(?:\w+:)?TradDt>\s*<(?:\w+:)?Dt>\s*([\d-]+)\s*<")
_FIGURES = re.compile(rb"<(?:\w+:)?FinInstrmAttrbts(?:\s[^>]*)?>(.*?)</(?:\w+:)?FinInstrmAttrbts>", re.DOTALL)
_FIGURE = re.compile(rb"<(?:\w+:)?(\w+)(?:\s[^>]*)?>([^<]*)</")
_END = re.compile(rb"</(?:\w+:)?Document>\s*\Z")
_HEAD = 16_384                             # bytes in which the head of a report lies

# Every figure that the message BVMF.217.01 may carry.
_KNOWN = frozenset(
    b"MktDataStrmId NtlFinVol IntlFinVol OpnIntrst FinInstrmQty BestBidPric BestAskPric FrstPric MinPric MaxPric TradAvrgPric LastPric"
    b" RglrTxsQty NonRglrTxsQty RglrTraddCtrcts NonRglrTraddCtrcts NtlRglrVol NtlNonRglrVol IntlRglrVol IntlNonRglrVol AdjstdQt"
    b" AdjstdQtTax AdjstdQtStin PrvsAdjstdQt PrvsAdjstdQtTax PrvsAdjstdQtStin OscnPctg VartnPts EqvtVal AdjstdValCtrct MaxTradLmt"
    b" MinTradLmt".split()
)
_WANTED = {b"AdjstdQt": "settlement", b"AdjstdQtTax": "rate", b"PrvsAdjstdQt": "previous", b"OpnIntrst": "open_interest"}
_RATE_ONLY = {b"AdjstdQtTax": "rate", b"PrvsAdjstdQtTax": "previous", b"OpnIntrst": "open_interest"}
_COLUMNS = [name for name in QUOTES.names if name not in ("source", "fetched_at", "poll_id", "raw_sha256", "position")]
_SCHEMA = pa.schema([QUOTES.field(name) for name in _COLUMNS])


class NotAReport(ValueError):
    """Bytes that are not a price report, or only part of one."""


@dataclass(frozen=True, slots=True)
class Report:
    """One snapshot: its kind (SPRD, PR), when its last message was made, its messages."""

    kind: str
    made_at: datetime
    messages: Sequence[bytes]


def read_report(content: bytes) -> Report:
    """The frame of a report.

    Raises:
        NotAReport: another kind of file, one cut short, or one whose messages are not as many as its head says.
    """
    head = content[:_HEAD]
    kind, count = _KIND.search(head), _COUNT.search(head)
    if kind is None or count is None or kind[1] not in KINDS:
        raise NotAReport(f"no price report (BVBG.086, BVBG.187): {bytes(kind[1]) if kind else content[:60]!r}")
    if not _END.search(content[-256:]):
        raise NotAReport(f"price report cut short after {len(content)} bytes")
    opening = _MESSAGE.search(content)
    messages = content.split(opening[0])[1:] if opening else []         # literal splits: ten times the speed of a pattern
    if len(messages) != int(count[1]):
        raise NotAReport(f"price report holds {len(messages)} messages, its head says {int(count[1])}")
    made = {piece.split(b"<", 1)[0].strip() for piece in content.split(b"CreDt>")[1::2]}
    if not messages or not made:
        raise NotAReport("price report without messages, or without their time")
    return Report(KINDS[kind[1]], max(_instant(text) for text in made), messages)


def newest(reports: Sequence[Report]) -> Report:
    """The snapshot made last.

    Raises:
        NotAReport: there is none.
    """
    if not reports:
        raise NotAReport("a zip without files")
    return max(reports, key=lambda report: report.made_at)


def quotes(report: Report, session: date | None = None) -> pa.Table:
    """Figures of our contracts, in the order of the messages: the columns of QUOTES without lineage.

    Raises:
        NotAReport: a contract of another session, an undocumented tag, or two messages of one contract that differ.
        ValueError: a figure that is not a number.
    """
    symbols: list[str] = []
    names: list[str] = []
    values: list[float] = []
    seen: dict[bytes, bytes] = {}
    for message in report.messages:
        ticker = _TICKER.search(message)
        if ticker is None:
            raise NotAReport("a message without ticker")
        if not CONTRACT.fullmatch(ticker[1]):
            continue
        day = _day(message, ticker[1])
        session = session or day
        if day != session:
            raise NotAReport(f"{ticker[1].decode()} is of {day}, not of the session {session}")
        figures = _FIGURES.search(message)
        text = figures[1] if figures else b""
        if seen.setdefault(ticker[1], text) is not text:
            if seen[ticker[1]].split() != text.split():
                raise NotAReport(f"{ticker[1].decode()} is given twice, with different figures")
            continue
        wanted = _RATE_ONLY if ticker[1].startswith(b"FRC") else _WANTED
        for tag, figure in _FIGURE.findall(text):
            if tag not in _KNOWN:
                raise NotAReport(f"unknown tag {tag.decode()} of {ticker[1].decode()}")
            if tag in wanted:
                symbols.append(ticker[1].decode())
                names.append(wanted[tag])
                values.append(number(figure.decode().strip()))
    return _table(report, session, symbols, names, values)


def _table(report: Report, session: date | None, symbols: list[str], names: list[str], values: list[float]) -> pa.Table:
    size = len(values)
    return pa.table(
        [
            pa.array([report.kind] * size, pa.string()),
            pa.array([session] * size, pa.date32()),
            pa.array(symbols, pa.string()),
            pa.nulls(size, pa.date32()),
            pa.array(names, pa.string()),
            pa.array(values, pa.float64()),
            pa.array([report.made_at] * size, QUOTES.field("published_at").type),
            pa.array(["published"] * size, pa.string()),
        ],
        schema=_SCHEMA,
    )


def _day(message: bytes, ticker: bytes) -> date:
    found = _SESSION.search(message)
    if found is None:
        raise NotAReport(f"{ticker.decode()} without trade date")
    return date.fromisoformat(found[1].decode())


def _instant(text: bytes) -> datetime:
    try:
        made = datetime.fromisoformat(text.decode())
    except ValueError as error:
        raise NotAReport(f"not an instant: {text!r}") from error
    if made.tzinfo is None:
        raise NotAReport(f"time of a message without zone: {text!r}")
    return made.astimezone(UTC)
