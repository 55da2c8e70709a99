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
from pipelines.connectors._numbers import finite, number

KINDS = {b"BVBG.187.01": "SPRD", b"BVBG.086.01": "PR"}
CONTRACT = re.compile(rb"(?:DI1|DAP|DDI|FRC|DOL)[FGHJKMNQUVXZ]\d\d")

_KIND = re.compile(rb"<(?:\w+:)?BizGrpTp>\s*([^<\s]+)\s*<")
_COUNT = re.compile(rb"<(?:\w+:)?TtlNbOfMsg>\s*(\d+)\s*<")
_MESSAGE = re.compile(rb"<(?:\w+:)?PricRpt\b")
_OPENING = re.compile(                     # what a message starts with, after the name of its tag
    rb"[^>]*>\s*<(?:\w+:)?TradDt>\s*<(?:\w+:)?Dt>\s*([\d-]{10})\s*<[^>]*>\s*<[^>]*>\s*<(?:\w+:)?SctyId>\s*<(?:\w+:)?TckrSymb>\s*([^<\s]+)\s*<"
)
_FIGURE = re.compile(rb"<([\w:]+)[^>]*>([^<]*)</")
_NUMBERS = re.compile(rb"(?:-?\d+(?:\.\d+)? )*")
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
    texts: list[bytes] = []
    seen: dict[bytes, bytes] = {}
    for message in report.messages:
        opening = _OPENING.match(message)
        if opening is None:
            raise NotAReport(f"a message without trade date and ticker: {message[:120]!r}")
        day, ticker = opening.groups()
        if not CONTRACT.fullmatch(ticker):
            continue
        session = session or date.fromisoformat(day.decode())
        if day != session.isoformat().encode():
            raise NotAReport(f"{ticker.decode()} is of {day.decode()}, not of the session {session}")
        _, figures, *_ = *message.split(b"FinInstrmAttrbts>", 2), b""
        if seen.setdefault(ticker, figures) is not figures:
            if seen[ticker].split() != figures.split():
                raise NotAReport(f"{ticker.decode()} is given twice, with different figures")
            continue
        symbol, wanted = ticker.decode(), _RATE_ONLY if ticker.startswith(b"FRC") else _WANTED
        for tag, figure in _FIGURE.findall(figures):
            name = tag.rpartition(b":")[2]
            if name not in _KNOWN:
                raise NotAReport(f"unknown tag {name.decode()} of {symbol}")
            if name in wanted:
                symbols.append(symbol)
                names.append(wanted[name])
                texts.append(figure.strip())
    return _table(report, session, symbols, names, _numbers(texts))


def _numbers(texts: Sequence[bytes]) -> list[float]:
    """Figures as numbers, checked all at once, and one by one where something is wrong."""
    if _NUMBERS.fullmatch(b" ".join((*texts, b""))):
        return [finite(float(text)) for text in texts]
    return [number(text.decode("utf-8", "replace")) for text in texts]


def _table(report: Report, session: date | None, symbols: list[str], names: list[str], values: list[float]) -> pa.Table:
    size = len(values)
    return pa.table(
        [
            pa.repeat(report.kind, size),
            pa.repeat(pa.scalar(session, pa.date32()), size),
            pa.array(symbols, pa.string()),
            pa.nulls(size, pa.date32()),
            pa.array(names, pa.string()),
            pa.array(values, pa.float64()),
            pa.repeat(pa.scalar(report.made_at, QUOTES.field("published_at").type), size),
            pa.repeat("published", size),
        ],
        schema=_SCHEMA,
    )


def _instant(text: bytes) -> datetime:
    try:
        made = datetime.fromisoformat(text.decode())
    except ValueError as error:
        raise NotAReport(f"not an instant: {text!r}") from error
    if made.tzinfo is None:
        raise NotAReport(f"time of a message without zone: {text!r}")
    return made.astimezone(UTC)
