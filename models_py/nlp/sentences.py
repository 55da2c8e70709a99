"""Text into sentences: paragraphs as they stand, abbreviations and decimal commas part nothing."""

import re

# what ends with a stop and ends no sentence; p.p. and a.a. may end one, and do before a capital
ABBREVIATIONS = (
    "sr", "sra", "dr", "dra", "u.s", "e.g", "i.e", "art", "inc", "fed", "no", "nº", "mr", "ms", "mrs", "jr", "vs",
    "st", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec", "approx",
)  # fmt: skip
_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[\"'“‘(]*[A-ZÀ-ÖØ-Ý0-9])")
_LAST_WORD = re.compile(r"([\w.º]+)\.[\"'”’)]*$")
_NUMBERED = re.compile(r"^\s*\d{1,3}\.\s+")


def sentences(text: str) -> list[str]:
    """Sentences in order. A paragraph's number is dropped; a line without a letter is none."""
    found: list[str] = []
    for paragraph in text.split("\n"):
        held = ""
        for part in _END.split(_NUMBERED.sub("", paragraph)):
            held = f"{held} {part}".strip()
            if not _is_abbreviation(held):
                found.append(held)
                held = ""
        if held:
            found.append(held)
    return [sentence for sentence in found if re.search(r"[^\W\d_]", sentence)]


def _is_abbreviation(text: str) -> bool:
    last = _LAST_WORD.search(text)
    return last is not None and last.group(1).lower() in ABBREVIATIONS
