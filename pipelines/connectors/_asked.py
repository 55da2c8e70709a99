"""What a request asks for: a subject, and reference dates of it.

A round of requests about one subject that was answered whole proves that what the answers lack was not out yet (`pipelines.evidence`).
A connector whose keys are more than a subject and a window says by `asks(key, url)` what its requests ask for.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

_LABEL = re.compile(r" (\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$")
_PAGE = re.compile(r" (?:from|page) \d+(?= |$)")


@dataclass(frozen=True, slots=True)
class Asked:
    """A subject, and the reference dates of it that a request asks for, as the source dates them.

    `proves` says that what is missing in the answer, or in what it calls for, was not out. Further pages, and what an answer calls
    for, prove nothing by themselves: they say `proves=False`, and without them the round is not whole.
    """

    subject: str
    first: date = date.min
    last: date = date.max
    proves: bool = True


def by_key(key: str, url: str) -> Sequence[Asked]:
    """A key is a subject, then a window if there is one: `433 2000-01-01..2031-12-31`, `SPRD310314`. A page says which it is."""
    words, pages = _PAGE.subn("", key)
    window = _LABEL.search(words)
    if window is None:
        return (Asked(words, proves=not pages),)
    return (Asked(words[: window.start()], date.fromisoformat(window[1]), date.fromisoformat(window[2]), proves=not pages),)
