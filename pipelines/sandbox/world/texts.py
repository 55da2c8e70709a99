"""A document as it is published: its sentences, and its versions.

One document in 40 has a slip of the pen in it, put right one to three days later as version 2.
"""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from pipelines.sandbox.world import rng

SLIP = 1 / 40


@dataclass(frozen=True)
class Sentence:
    """What is said, and how tight: from -2 to 2, None where it is a fact."""

    text: str
    slot: str
    level: int | None = None


@dataclass(frozen=True)
class Part:
    """A section: its heading (none in statements) and paragraphs of sentences."""

    heading: str
    paragraphs: tuple[tuple[Sentence, ...], ...]


@dataclass(frozen=True)
class Text:
    """One version of one document; `number` is the meeting's, `released_at` the instant of the first version."""

    source: str
    kind: str
    meeting: date
    number: int
    released_at: np.datetime64
    published_at: np.datetime64
    version: int
    title: str
    label: str
    parts: tuple[Part, ...]

    @property
    def id(self) -> str:
        """As connectors name it: the COPOM's by meeting, the FOMC's by date."""
        return f"{self.kind}_{self.number if self.source == 'copom' else self.meeting}"

    @property
    def sentences(self) -> list[Sentence]:
        return [one for part in self.parts for paragraph in part.paragraphs for one in paragraph]


def versions(seed: int, text: Text) -> list[Text]:
    """The document, or one with a slip and the document after it."""
    days = np.array([text.meeting], "datetime64[D]")
    slip, where, wait = rng.daily(seed, f"documents.{text.kind}.slip", days, 3, "uniform")[0].tolist()
    said = [one for one in text.sentences if one.level is not None]
    if slip >= SLIP:
        return [text]
    right = said[int(where * len(said))]
    wrong = replace(right, text=_misspelt(right.text))
    parts = tuple(
        Part(part.heading, tuple(tuple(wrong if one is right else one for one in said) for said in part.paragraphs))
        for part in text.parts
    )
    again = text.published_at + np.timedelta64(int((24 + 48 * wait) * 60), "m")
    return [replace(text, parts=parts), replace(text, published_at=again, version=2)]


def _misspelt(text: str) -> str:
    """Two unequal letters next to each other, near the middle of the longest word, change places."""
    word = max(text.rstrip(".").split(" "), key=len)
    at = next(place for place in range(len(word) // 2, len(word)) if word[place] != word[place - 1])
    return text.replace(word, word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :], 1)
