"""Payloads in the sources' formats, made for one test: what the small files under fixtures/raw do not hold."""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from pipelines.connectors import Payload

RAW = Path(__file__).resolve().parents[1] / "fixtures" / "raw"
FETCHED = datetime(2031, 4, 20, 12, tzinfo=UTC)


def payload(source: str, key: str, body: bytes | str, status: int = 200, content_type: str = "application/json") -> Payload:
    """A payload as the vault hands it over."""
    content = body.encode() if isinstance(body, str) else body
    return Payload(source, key, f"https://example.test/{source}", content, status, content_type, FETCHED, "0" * 16, "f" * 64)


def raw(source: str, name: str) -> bytes:
    return (RAW / source / name).read_bytes()


def fred_page(
    rows: Sequence[Mapping[str, str]], start: str = "1776-07-04", end: str = "9999-12-31", *, count: int | None = None, offset: int = 0,
    limit: int = 100_000, kind: int = 1,
) -> str:
    """An answer of `series/observations`."""
    head = {"realtime_start": start, "realtime_end": end, "observation_start": "1600-01-01", "observation_end": "9999-12-31"}
    tail = {"units": "lin", "output_type": kind, "file_type": "json", "order_by": "observation_date", "sort_order": "asc"}
    page = {"count": len(rows) if count is None else count, "offset": offset, "limit": limit, "observations": list(rows)}
    return json.dumps({**head, **tail, **page}, separators=(",", ":"))


def fred_row(day: str, value: str, start: str, end: str = "9999-12-31") -> dict[str, str]:
    return {"realtime_start": start, "realtime_end": end, "date": day, "value": value}


def message(
    ticker: str, figures: Mapping[str, str], day: str = "2031-03-14", made: str = "2031-03-14T22:40:10Z", *, prefix: str = ""
) -> str:
    """One message of a price report, `prefix` being a namespace prefix such as `p:`."""
    lines = "".join(
        f"<{prefix}{tag}>{text}</{prefix}{tag}>" if tag in ("OpnIntrst", "AdjstdQtStin", "PrvsAdjstdQtStin", "RglrTxsQty")
        else f'<{prefix}{tag} Ccy="BRL">{text}</{prefix}{tag}>'
        for tag, text in figures.items()
    )
    return f"""      <BizGrp>
        <AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.01">
          <BizMsgIdr>BV000471{day.replace('-', '')}0001000070000000002</BizMsgIdr>
          <{prefix}CreDt>{made}</{prefix}CreDt>
        </AppHdr>
        <Document xmlns="urn:bvmf.217.01.xsd">
          <{prefix}PricRpt>
            <{prefix}TradDt>
              <{prefix}Dt>{day}</{prefix}Dt>
            </{prefix}TradDt>
            <{prefix}SctyId>
              <{prefix}TckrSymb>{ticker}</{prefix}TckrSymb>
            </{prefix}SctyId>
            <{prefix}FinInstrmId><OthrId><Id>100001</Id></OthrId></{prefix}FinInstrmId>
            <TradDtls/>
            <{prefix}FinInstrmAttrbts>{lines}</{prefix}FinInstrmAttrbts>
          </{prefix}PricRpt>
        </Document>
      </BizGrp>
"""


def report(messages: Iterable[str], kind: str = "BVBG.187.01", *, count: int | None = None, made: str = "2031-03-14T19:31:37") -> str:
    """A price report of B3 around its messages."""
    found = list(messages)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<Document xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="urn:bvmf.052.01.xsd">
  <BizFileHdr>
    <Xchg>
      <BizGrpDesc>
        <BizGrpDtls>
          <BizGrpIdr>BV000471203103140001000070000000001</BizGrpIdr>
          <TtlNbOfMsg>{len(found) if count is None else count}</TtlNbOfMsg>
          <BizGrpTp>{kind}</BizGrpTp>
          <CreDtAndTm>{made}</CreDtAndTm>
        </BizGrpDtls>
      </BizGrpDesc>
{''.join(found)}    </Xchg>
  </BizFileHdr>
</Document>
"""


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    """A zip of files, the same bytes every time."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (2031, 3, 14, 19, 45, 22))
            archive.writestr(entry, content.encode() if isinstance(content, str) else content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def session_file(day: date, rate: float = 10.0, *, salt: str = "") -> bytes:
    """A small SPRD of a session: DI1F32, DOLJ31 and an option of another family, zip in zip."""
    text = day.isoformat()
    figures = {"OpnIntrst": "1357911", "AdjstdQt": f"{100_000 / (1 + rate / 100):.2f}", "AdjstdQtTax": f"{rate:.3f}", "AdjstdQtStin": "F"}
    xml = report(
        [
            message("DI1F32", figures, text, f"{text}T22:40:10Z"),
            message("DOLJ31", {"AdjstdQt": "5123.456", "PrvsAdjstdQt": "5100.25"}, text, f"{text}T22:40:11Z"),
            message("BGIG31C030000", {"OpnIntrst": "5"}, text, f"{text}T22:40:11Z"),
        ]
    )
    padding = "".join(f"{salt}{number:06x}" for number in range(400))     # an empty zip is told by its size
    return zipped({f"SPRD{day:%y%m%d}.zip": zipped({"BVBG.187.01_A.xml": xml.replace("<BizFileHdr>", f"<BizFileHdr><!--{padding}-->")})})
