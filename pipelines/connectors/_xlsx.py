"""XLSX workbooks: a zip of XML parts (Office Open XML, ECMA-376). Sheets are read when they are looked at."""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from pipelines.connectors import Payload
from pipelines.connectors._archive import members
from pipelines.connectors._numbers import number
from pipelines.connectors._sheets import Cell, NotAWorkbook, Sheet

_BOOK, _LINKS, _TEXTS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
MAX_PARTS = 1024                            # a sheet has some five
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


class _Workbook(Mapping[str, Sheet]):
    """Sheets by name."""

    def __init__(self, parts: Mapping[str, bytes], places: Mapping[str, str], texts: list[str]) -> None:
        self._parts, self._places, self._texts = parts, places, texts

    def __getitem__(self, name: str) -> Sheet:
        return _cells(_part(self._parts, self._places[name]), self._texts)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def read(payload: Payload) -> Mapping[str, Sheet]:
    """Sheets of a workbook.

    Raises:
        PayloadError: no zip, a damaged one, or one too large unpacked.
        NotAWorkbook: parts missing, or that are no XML.
    """
    parts = dict(members(payload, MAX_PARTS))
    links = {link.get("Id"): str(link.get("Target")) for link in _part(parts, _LINKS).iter("{*}Relationship")}
    places = {}
    for sheet in _part(parts, _BOOK).iter("{*}sheet"):
        target = links.get(sheet.get(_ID))
        if target is None:
            raise NotAWorkbook(f"sheet {sheet.get('name')!r} leads nowhere")
        places[str(sheet.get("name"))] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    texts = [_text(entry) for entry in _part(parts, _TEXTS).iter("{*}si")] if _TEXTS in parts else []
    return _Workbook(parts, places, texts)


def _part(parts: Mapping[str, bytes], name: str) -> etree._Element:
    if name not in parts:
        raise NotAWorkbook(f"an XLSX without {name}")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(parts[name], parser)
    except etree.XMLSyntaxError as error:
        raise NotAWorkbook(f"{name} is not XML: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise NotAWorkbook(f"{name} has a document type declaration: an XLSX has none")
    return root


def _cells(root: etree._Element, texts: list[str]) -> Sheet:
    found: dict[tuple[int, int], Cell] = {}
    row, column = -1, -1
    for element in root.iter("{*}row", "{*}c"):
        if element.tag.endswith("}row"):
            row, column = _row(element.get("r"), row), -1
            continue
        place = _PLACE.fullmatch(element.get("r") or "")
        column = _column(place[1]) if place else column + 1
        value = _value(element, texts)
        if value is not None:
            found[row, column] = value
    return found


def _row(told: str | None, before: int) -> int:
    if told is None:
        return before + 1
    if not told.isdecimal():
        raise NotAWorkbook(f"row {told!r:.20} is no number")
    return int(told) - 1


def _value(cell: etree._Element, texts: list[str]) -> Cell | None:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    text = cell.findtext("{*}v")
    if text is None or not text.strip():
        return None
    try:
        if kind == "s":
            return texts[int(text)]
        return number(text.strip()) if kind == "n" else text
    except (ValueError, IndexError) as error:
        raise NotAWorkbook(f"cell {cell.get('r')} holds {text!r:.40}: {error}") from error


def _text(element: etree._Element) -> str:
    """The letters of a text; how they are pronounced (rPh) is left out."""
    runs = element.iter("{*}t")
    return "".join(run.text or "" for run in runs if not run.getparent().tag.endswith("}rPh"))


def _column(letters: str) -> int:
    value = 0
    for letter in letters:
        value = 26 * value + ord(letter) - 64
    return value - 1
