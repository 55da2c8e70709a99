"""BVBG.187 (SPRD) and BVBG.086 (PR): B3's price reports as XML, one message an instrument, three namespaces by level.

Figures carry no trailing zeros. SPRD has line feeds; PR has a byte order mark, CR LF and the fields of trading. `CreDtAndTm` is
local time, `CreDt` UTC: on 2018-01-02, in summer time, the exchange wrote 20:43:42 and 22:43:42Z in one file.
The word SIM opens every identifier, where B3 writes BV0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipelines.sandbox.render._b3_trades import RATES, Instrument
from pipelines.sandbox.view import SAO_PAULO, as_datetime
from pipelines.sandbox.wire import pick

CODES: Mapping[str, str] = {"SPRD": "BVBG.187.01", "PR": "BVBG.086.01"}
_USD = frozenset(("IntlFinVol", "IntlRglrVol"))
_PLAIN = frozenset(("OpnIntrst", "FinInstrmQty", "RglrTxsQty", "RglrTraddCtrcts", "OscnPctg", "MktDataStrmId"))
_BRL_A_TICK = {"DI1": 1.0, "DAP": 1.0, "DDI": 1.0, "DOL": 50.0, "WDO": 10.0}
_TAGS = (
    "MktDataStrmId", "NtlFinVol", "IntlFinVol", "OpnIntrst", "FinInstrmQty", "BestBidPric", "BestAskPric", "FrstPric", "MinPric",
    "MaxPric", "TradAvrgPric", "LastPric", "RglrTxsQty", "RglrTraddCtrcts", "NtlRglrVol", "IntlRglrVol", "AdjstdQt", "AdjstdQtTax",
    "AdjstdQtStin", "PrvsAdjstdQt", "PrvsAdjstdQtTax", "PrvsAdjstdQtStin", "OscnPctg", "VartnPts", "AdjstdValCtrct", "MaxTradLmt",
    "MinTradLmt",
)
def _opening(tag: str) -> str:
    currency = "" if tag in _PLAIN or tag.endswith("Stin") else f' Ccy="{"USD" if tag in _USD else "BRL"}"'
    return f"              <{tag}{currency}>"


_OPEN = {tag: _opening(tag) for tag in _TAGS}
_XSI = 'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_FILE_PARTY = """        <{tag}>
          <OrgId>
            <Id>
              <OrgId>
                <Othr>
                  <Id>{name}</Id>
                  <Issr>40</Issr>
                  <SchmeNm>
                    <Prtry>39</Prtry>
                  </SchmeNm>
                </Othr>
              </OrgId>
            </Id>
          </OrgId>
        </{tag}>
"""
_MESSAGE_PARTY = """          <{tag}>
            <OrgId>
              <Id>
                <OrgId>
                  <Othr>
                    <Id>{name}</Id>
                    <SchmeNm>
                      <Prtry>39</Prtry>
                    </SchmeNm>
                    <Issr>40</Issr>
                  </Othr>
                </OrgId>
              </Id>
            </OrgId>
          </{tag}>
"""
_HEAD = (
    f'<?xml version="1.0" encoding="utf-8"?>\n<Document {_XSI} xsi:schemaLocation="urn:bvmf.052.01.xsd bvmf.052.01.xsd" '
    'xmlns="urn:bvmf.052.01.xsd">\n  <BizFileHdr>\n    <Xchg>\n      <BizGrpDesc>\n'
    + _FILE_PARTY.format(tag="Fr", name="BVMF") + _FILE_PARTY.format(tag="To", name="PUBLIC")
    + """        <BizGrpDtls>
          <BizGrpIdr>{group}</BizGrpIdr>
          <TtlNbOfMsg>{count}</TtlNbOfMsg>
          <BizGrpTp>{code}</BizGrpTp>
          <CreDtAndTm>{created}</CreDtAndTm>
        </BizGrpDtls>
        <MsgTpDef>
          <MsgDefIdr>BVMF.217.01</MsgDefIdr>
          <NbOfMsg>{count}</NbOfMsg>
        </MsgTpDef>
      </BizGrpDesc>
"""
)
_TAIL = "    </Xchg>\n  </BizFileHdr>\n</Document>\n"
_MESSAGE = (
    f'      <BizGrp>\n        <AppHdr {_XSI} xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.01">\n'
    "          <BizMsgIdr>%s</BizMsgIdr>\n          <MsgDefIdr>BVMF.217.01</MsgDefIdr>\n          <CreDt>%s</CreDt>\n"
    + _MESSAGE_PARTY.format(tag="Fr", name="BVMF") + _MESSAGE_PARTY.format(tag="To", name="PUBLIC")
    + f"""        </AppHdr>
        <Document {_XSI} xmlns="urn:bvmf.217.01.xsd">
          <PricRpt>
            <TradDt>
              <Dt>%s</Dt>
            </TradDt>
            <SctyId>
              <TckrSymb>%s</TckrSymb>
            </SctyId>
            <FinInstrmId>
              <OthrId>
                <Id>%d</Id>
                <Tp>
                  <Prtry>8</Prtry>
                </Tp>
              </OthrId>
              <PlcOfListg>
                <MktIdrCd>BVMF</MktIdrCd>
              </PlcOfListg>
            </FinInstrmId>
%s            <FinInstrmAttrbts>
%s            </FinInstrmAttrbts>
          </PricRpt>
        </Document>
      </BizGrp>
"""
)


@dataclass(frozen=True)
class Snapshot:
    """One XML of an evening: when it was made and stamped, and whether its settlements are final (F) or not (U)."""

    day: np.datetime64
    made_at: np.datetime64
    stamped_at: np.datetime64
    state: str


def group_id(snapshot: Snapshot, seed: int, kind: str) -> str:
    """Identifier of a file, 35 characters."""
    return f"SIM00471{str(snapshot.day).replace('-', '')}00010000{_stamp(snapshot, seed, kind, '')}"


def spell(instruments: Sequence[Instrument], snapshot: Snapshot, seed: int, kind: str, *, mark: bool) -> bytes:
    """The XML of a snapshot; `mark` asks for a byte order mark."""
    made = as_datetime(snapshot.made_at).astimezone(SAO_PAULO)
    stamp = f"{np.datetime_as_string(snapshot.stamped_at, unit='s')}Z"
    start = group_id(snapshot, seed, kind)[:-9]
    first = pick(seed, "b3.message", 8 * 10**8, snapshot.day, snapshot.stamped_at, kind)
    messages = [
        _MESSAGE % (
            f"{start}{first + 10 * place:09d}", stamp, snapshot.day, one.symbol, _number(one.symbol, seed), *_body(one, snapshot, kind)
        )
        for place, one in enumerate(instruments)
    ]
    head = _HEAD.format(
        group=group_id(snapshot, seed, kind), count=len(messages), code=CODES[kind], created=f"{made:%Y-%m-%dT%H:%M:%S}"
    )
    text = head + "".join(messages) + _TAIL
    return (text.replace("\n", "\r\n") if kind == "PR" else text).encode("utf-8-sig" if mark else "utf-8")


def _stamp(snapshot: Snapshot, seed: int, kind: str, salt: str) -> str:
    return f"{pick(seed, 'b3.group', 10**11, snapshot.day, snapshot.stamped_at, kind, salt):011d}"


@lru_cache(4096)
def _number(symbol: str, seed: int) -> int:
    """The exchange's number of an instrument, the same every day."""
    return 200_000_000_000 + pick(seed, "b3.instrument", 10**9, symbol)


def _body(one: Instrument, snapshot: Snapshot, kind: str) -> tuple[str, str]:
    """`TradDtls` and the lines of `FinInstrmAttrbts`."""
    figures: dict[str, float | str] = {**one.figures, **(trading(one) if kind == "PR" else {})}
    if "AdjstdQt" in figures or "AdjstdQtTax" in figures:
        figures["AdjstdQtStin"] = snapshot.state
    if "PrvsAdjstdQt" in figures or "PrvsAdjstdQtTax" in figures:
        # carried to today for contracts on rates, so not the figure that was final yesterday
        figures["PrvsAdjstdQtStin"] = "U" if one.family in RATES and one.family != "FRC" else "F"
    lines = "".join([f"{_OPEN[tag]}{_text(figures[tag])}</{tag}>\n" for tag in _TAGS if tag in figures])
    if kind == "SPRD":
        return "            <TradDtls/>\n", lines
    count = figures.get("RglrTxsQty")
    details = "            <TradDtls />\n" if count is None else (
        f"            <TradDtls>\n              <TradQty>{_text(count)}</TradQty>\n            </TradDtls>\n"
    )
    return details, lines


def trading(one: Instrument) -> dict[str, float | str]:
    """What PR says and SPRD does not: volumes, best offers, changes, limits."""
    added: dict[str, float | str] = {}
    now, before = one.figures.get("AdjstdQt"), one.figures.get("PrvsAdjstdQt")
    if now is not None and before is not None:
        added["VartnPts"] = round(now - before, 3)
        added["AdjstdValCtrct"] = round((now - before) * _BRL_A_TICK.get(one.family, 1.0), 2)
    level = one.figures.get("AdjstdQtTax", now)
    if level is not None:
        added |= {"MaxTradLmt": round(level + abs(level) * 0.1 + 0.5, 3), "MinTradLmt": round(level - abs(level) * 0.1 - 0.5, 3)}
    count, last = one.figures.get("RglrTxsQty"), one.figures.get("LastPric")
    if count is not None and last is not None:
        contracts = int(count * 12)
        volume = round(contracts * (now or 100_000.0), 2)
        added |= {
            "MktDataStrmId": "E", "FinInstrmQty": contracts, "RglrTraddCtrcts": contracts, "NtlFinVol": volume, "NtlRglrVol": volume,
            "IntlFinVol": round(volume / 5, 2), "IntlRglrVol": round(volume / 5, 2), "BestBidPric": one.figures["MinPric"],
            "BestAskPric": one.figures["MaxPric"],
            "OscnPctg": round(100 * (last / one.figures["FrstPric"] - 1), 2) if one.figures["FrstPric"] else 0,
        }
    return added


def _text(value: float | str) -> str:
    if isinstance(value, str):
        return value
    if value == int(value):
        return str(int(value))
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
