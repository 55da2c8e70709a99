"""The banks of sentences: what a committee's documents are put together from, by slot and level, in Portuguese and in English.

`phrases/pt.yaml` and `phrases/en.yaml` hold, for each level from -2 to 2, three ways or more to say the same. A topic is a subject
(three ways) and a predicate of its family; a slot is a whole sentence of the statement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

LEVELS = (-2, -1, 0, 1, 2)
LEAST = 3                                             # ways to say one thing

ByLevel = Mapping[int, tuple[str, ...]]


@dataclass(frozen=True)
class Topic:
    """A subject of the minutes: its section, the slot whose level it follows, and every sentence of each level."""

    section: str
    slot: str
    name: str
    sentences: ByLevel


@dataclass(frozen=True)
class Bank:
    """Everything a committee can say. `decisions`, `moves` and `titles` are by the sign of the move."""

    language: str
    label: str
    topics: tuple[Topic, ...]
    slots: Mapping[str, ByLevel]
    borrowed: Mapping[str, int]
    facts: Mapping[str, tuple[str, ...]]
    decisions: ByLevel
    moves: Mapping[int, str]
    votes: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, Mapping[int, str]]
    headings: Mapping[str, str]
    old_headings: Mapping[str, str]
    months: tuple[str, ...]


@cache
def bank(language: str) -> Bank:
    """The bank of a language, `pt` or `en`."""
    read = yaml.safe_load((Path(__file__).parent / "phrases" / f"{language}.yaml").read_text(encoding="utf-8"))
    families = {name: _by_level(levels) for name, levels in read["families"].items()}
    return Bank(
        language, read["label"], tuple(_topic(one, families, read["frames"]) for one in read["topics"]),
        {name: _by_level(levels) for name, levels in read["slots"].items()}, read["borrowed"],
        {place: tuple(said) for place, said in read["facts"].items()}, _by_level(read["decisions"]), read["moves"],
        {name: tuple(said) for name, said in read["votes"].items()}, read["titles"], read["headings"],
        read.get("old_headings", read["headings"]), tuple(read["months"]),
    )


def _by_level(read: Mapping[int, Sequence[str]]) -> dict[int, tuple[str, ...]]:
    return {level: tuple(said) for level, said in read.items()}


def _topic(read: Mapping[str, object], families: Mapping[str, ByLevel], frames: Sequence[str]) -> Topic:
    subjects = [str(one).split("|") for one in read["subjects"]]          # type: ignore[attr-defined]
    return Topic(
        str(read["section"]), str(read["slot"]), subjects[0][1],
        {
            level: tuple(sentence for number, subject in subjects for sentence in _sentences(number, subject, predicates, frames))
            for level, predicates in families[str(read["family"])].items()
        },
    )


def _sentences(number: str, subject: str, predicates: Sequence[str], frames: Sequence[str]) -> list[str]:
    """Every sentence of a subject: singular (`s`), plural (`p`), or one that a clause of its own follows (`c`), in no frame."""
    said = [one.split("|")[number == "p"] if number != "c" else one for one in predicates]
    chosen = frames if number != "c" else frames[:1]
    return [
        frame.format(Subject=subject[0].upper() + subject[1:], subject=subject, predicate=predicate)
        for frame in chosen for predicate in said
    ]
