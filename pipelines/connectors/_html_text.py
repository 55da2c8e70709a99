"""The text of an HTML document: paragraphs in their order, one a line, without what is no text.

Navigation, scripts, tables, footnote marks and everything else in `DROPPED` is left out; entities are resolved, accents composed
(NFC), no-break and zero-width spaces made plain. What a text means, its sections and boilerplate are for whoever reads it.
"""

import re
import unicodedata
from collections.abc import Iterator

from lxml import html
from lxml.etree import ParserError

DROPPED = ("script", "style", "nav", "header", "footer", "table", "sup", "form", "noscript", "button")
_BLOCKS = frozenset((
    "address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "main", "ol", "p",
    "section", "ul",
))
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def tree(markup: str) -> html.HtmlElement:
    """A page or fragment as a tree.

    Raises:
        ValueError: nothing in it.
    """
    try:
        return html.fromstring(markup)
    except (ParserError, html.etree.XMLSyntaxError) as error:
        raise ValueError(f"no HTML: {error}") from error


def text_of(node: html.HtmlElement) -> str:
    """Paragraphs of a node, a line each."""
    lines = (tidy(line) for line in "".join(_pieces(node)).split("\n"))
    return "\n".join(line for line in lines if line)


def tidy(text: str) -> str:
    """One line of text with plain single spaces, accents composed."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text.translate(_INVISIBLE).replace("\xa0", " "))).strip()


def _pieces(node: html.HtmlElement) -> Iterator[str]:
    """Text between tags, with a line break around each block. Line breaks of the markup itself are spaces."""
    if isinstance(node.tag, str) and node.tag not in DROPPED:
        edge = "\n" if node.tag in _BLOCKS else ""
        yield edge
        yield re.sub(r"\s+", " ", node.text or "")
        for child in node:
            yield from _pieces(child)
        yield edge
    yield re.sub(r"\s+", " ", node.tail or "")
