"""What an entry of the lexicons is, and how text is matched against it: lower case, without accents, whole words, longest first.

A pattern is words parted by one space; `*` stands for the rest of a word, `?` after a word for a word that may be missing.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Literal

Kind = Literal["object", "direction", "stance", "modifier", "hedge", "forward", "negation", "not_negation", "despite"]
WORD = re.compile(r"[a-z0-9]+(?:[.,'’-][a-z0-9]+)*|%")


def plain(text: str) -> str:
    """Lower case without accents."""
    parts = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in parts if not unicodedata.combining(c))


@dataclass(frozen=True, slots=True)
class Match:
    """An entry found: its kind, weight, and the words it covers, first to last."""

    kind: Kind
    weight: float
    first: int
    last: int
    text: str


@dataclass(frozen=True)
class Lexicon:
    """Entries of one language by kind: pattern to weight. Objects carry their polarity, directions up or down, stances a score."""

    language: str
    entries: Mapping[Kind, Mapping[str, float]]
    breaks: tuple[str, ...]                    # words at which a clause ends

    @cached_property
    def _listed(self) -> list[tuple[Kind, tuple[str, ...], float]]:
        """Entries longest first."""
        every = [
            (kind, words, weight)
            for kind, held in self.entries.items()
            for pattern, weight in held.items()
            for words in _variants(plain(pattern).split())
        ]
        return sorted(every, key=lambda entry: (-len(entry[1]), -len(" ".join(entry[1]))))

    @cached_property
    def _starting(self) -> dict[str, list[tuple[Kind, tuple[str, ...], float]]]:
        """Entries that a word may start, for each word seen so far: texts repeat a few thousand words."""
        return {}

    def _candidates(self, word: str) -> list[tuple[Kind, tuple[str, ...], float]]:
        if word not in self._starting:
            self._starting[word] = [entry for entry in self._listed if _fits(entry[1][:1], [word])]
        return self._starting[word]

    @cached_property
    def break_pattern(self) -> re.Pattern[str]:
        """Where clauses part: punctuation that ends a thought, and the words of `breaks`."""
        words = "|".join(sorted((re.escape(plain(word)) for word in self.breaks), key=len, reverse=True))
        return re.compile(rf"[;:,()]\s+|\s[–—-]\s|(?<!\S)(?={words}(?!\S))")

    def matches(self, words: list[str]) -> Iterator[Match]:
        """Entries in a clause, left to right, the longest at each word, none overlapping."""
        place = 0
        while place < len(words):
            hit = next((e for e in self._candidates(words[place]) if _fits(e[1], words[place : place + len(e[1])])), None)
            if hit is None:
                place += 1
                continue
            kind, pattern, weight = hit
            last = place + len(pattern) - 1
            yield Match(kind, weight, place, last, " ".join(words[place : last + 1]))
            place = last + 1


def listed(text: str) -> dict[str, float]:
    """Entries written as `weight: pattern, pattern, …`; a line without a weight goes on with the one before it.

    Raises:
        ValueError: a pattern before any weight.
    """
    found: dict[str, float] = {}
    for weight, patterns in re.findall(r"([+-]\d+\.\d+):\s*([^:]+?)(?=[+-]\d+\.\d+:|\Z)", text.strip()):
        found |= {" ".join(pattern.split()): float(weight) for pattern in patterns.split(",") if pattern.strip()}
    if not found:
        raise ValueError(f"no weighted patterns in {text[:40]!r}")
    return found


def words_of(text: str) -> list[str]:
    """Words of a clause as the lexicons see them."""
    return WORD.findall(plain(text))


def _variants(pattern: list[str]) -> Iterator[tuple[str, ...]]:
    """The pattern with and without each word that may be missing."""
    choices = [((word[:-1],), ()) if word.endswith("?") else ((word,),) for word in pattern]
    for chosen in product(*choices):
        yield tuple(word for part in chosen for word in part)


def _fits(pattern: tuple[str, ...], words: list[str]) -> bool:
    return len(pattern) == len(words) and all(
        word.startswith(part[:-1]) if part.endswith("*") else word == part for part, word in zip(pattern, words, strict=True)
    )
