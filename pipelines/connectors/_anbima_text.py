"""What ANBIMA's files have in common: Brazilian numbers with `--` for none, latin-1 or UTF-8 text, bonds named by title and maturity."""

import unicodedata
from datetime import date

from pipelines.connectors._numbers import brazilian_number

MISSING = frozenset(("", "--", "-"))


def text_of(body: bytes) -> str:
    """A body as text: UTF-8 where it is that, else latin-1, in which every byte is a letter."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("latin-1")


def plain(text: str) -> str:
    """Letters without accents and in lower case, spaces single: what two spellings of a heading share."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return " ".join(bare.lower().split())


def optional_number(text: str) -> float | None:
    """A number, or null where the file says that there is none."""
    return None if text.strip() in MISSING else brazilian_number(text.strip())


def bond(title: str, maturity: date) -> str:
    """`LTN 2027-04-01`: a bond's symbol in bronze."""
    name = title.strip()
    if not name.replace("-", "").isalnum() or name != name.upper():
        raise ValueError(f"not the title of a bond: {title!r}")
    return f"{name} {maturity.isoformat()}"
