"""The Treasury's XML feed (Atom with OData properties): one entry a day, one property a tenor."""

import re
from collections.abc import Iterator
from datetime import date

from lxml import etree

from pipelines.connectors._numbers import iso_day, number

_ATOM = "{http://www.w3.org/2005/Atom}"
_DATA = "{http://schemas.microsoft.com/ado/2007/08/dataservices}"
_META = "{http://schemas.microsoft.com/ado/2007/08/dataservices/metadata}"
_TENOR = re.compile(r"BC_(\d+)(?:_(\d+))?(MONTH|YEAR)")
_REAL = re.compile(r"TC_(\d+)YEAR")
_REPEATED = "BC_30YEARDISPLAY"


def feed_rows(body: bytes) -> Iterator[tuple[str, date, float | None]]:
    """Tenor as the CSV names it, day, yield; entries in their order.

    Raises:
        ValueError: not well-formed, an entry without date, or an unknown property.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not XML: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise ValueError("a document type declaration: the feed has none")
    for entry in root.iter(f"{_ATOM}entry"):
        cells = list(entry.iterfind(f".//{_META}properties/*"))
        properties = {cell.tag.removeprefix(_DATA): cell for cell in cells}
        if len(properties) < len(cells):
            raise ValueError("an entry with a property twice")
        written = properties.pop("NEW_DATE", None)
        if written is None or not written.text:
            raise ValueError("an entry without NEW_DATE")
        day = iso_day(written.text.removesuffix("T00:00:00"))
        for name, cell in properties.items():
            if name not in ("Id", _REPEATED):
                text = (cell.text or "").strip()
                yield tenor(name), day, number(text) if text and cell.get(f"{_META}null") != "true" else None


def tenor(name: str) -> str:
    """`BC_1_5MONTH` → `1.5 Month`, `BC_2MONTH` → `2 Mo`, `BC_10YEAR` → `10 Yr`: the CSV's names; `TC_10YEAR` → `real 10 Yr`."""
    if real := _REAL.fullmatch(name):
        return f"real {real[1]} Yr"
    found = _TENOR.fullmatch(name)
    if found is None:
        raise ValueError(f"unknown property {name}")
    count, fraction, unit = found.groups()
    if fraction:
        return f"{count}.{fraction} {unit.title()}"
    return f"{count} {'Mo' if unit == 'MONTH' else 'Yr'}"
