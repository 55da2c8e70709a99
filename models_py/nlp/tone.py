"""Hawkish or dovish: the score of a clause and of a sentence, from objects, the directions that bind to them, and stances.

    clause    t = clip(Σ polarity · direction, -2, 2) + Σ stance, directions and stances negated and modified each by itself
    sentence  clip(Σ clauses, -4, 4);   hawkish above 0.75, dovish below -0.75

Source: NLP §3: matching is by whole words, a direction binds to the nearest object within six words, a clause without an object
speaks of the clause's before it.
"""

import re
from dataclasses import dataclass
from typing import Literal

from models_py.nlp.english import ENGLISH
from models_py.nlp.lexicon import Lexicon, Match, plain, words_of
from models_py.nlp.portuguese import PORTUGUESE

LEXICONS = {"en": ENGLISH, "pt": PORTUGUESE}
REACH = 6                          # words between a direction and its object
BEFORE_DIRECTION, BEFORE_STANCE = 3, 4                     # words in which a negation is looked for
NEAR = 2                           # words in which an intensifier is
THRESHOLD = 0.75
CLAUSE_BOUND, SENTENCE_BOUND = 2.0, 4.0
TRANSITION = {"en": re.compile(r"\bfrom (.+?) to (.+)"), "pt": re.compile(r"\b(?:passou|mudou|migrou) de (.+?) para (.+)")}

Label = Literal["hawkish", "dovish", "neutral"]


@dataclass(frozen=True)
class Sentence:
    """A sentence's score, its label, and how many entries of the lexicon it holds."""

    text: str
    score: float
    hits: int

    @property
    def label(self) -> Label:
        return "hawkish" if self.score > THRESHOLD else "dovish" if self.score < -THRESHOLD else "neutral"


def score(text: str, language: str) -> Sentence:
    """Score of one sentence.

    Raises:
        KeyError: a language without a lexicon.
    """
    lexicon = LEXICONS[language]
    total, hits, objects = 0.0, 0, list[Match]()
    for clause in clauses(text, lexicon):
        value, found, spoken = _clause(words_of(clause), lexicon, objects)
        changed = _transition(clause, lexicon)
        total += value if changed is None else changed
        hits += found
        objects = spoken or objects
    return Sentence(text, max(-SENTENCE_BOUND, min(SENTENCE_BOUND, total)), hits)


def clauses(text: str, lexicon: Lexicon) -> list[str]:
    """Clauses of a sentence in order; a decimal comma parts none."""
    return [part for part in lexicon.break_pattern.split(plain(text)) if part and part.strip()]


def _clause(words: list[str], lexicon: Lexicon, before: list[Match]) -> tuple[float, int, list[Match]]:
    found = list(lexicon.matches(words))
    of = {kind: [m for m in found if m.kind == kind] for kind in ("object", "direction", "stance", "modifier", "negation", "despite")}
    bound = sum(
        _polarity(direction, of["object"], before) * direction.weight * _shaped(direction, of, BEFORE_DIRECTION)
        for direction in of["direction"]
    )
    stances = sum(stance.weight * _shaped(stance, of, BEFORE_STANCE) for stance in of["stance"])
    value = max(-CLAUSE_BOUND, min(CLAUSE_BOUND, bound)) + stances
    for kind in ("hedge", "forward"):
        value *= next((m.weight for m in found if m.kind == kind), 1.0)
    if of["despite"]:
        value *= of["despite"][0].weight
    return value, len(of["object"]) + len(of["direction"]) + len(of["stance"]), of["object"]


def _polarity(direction: Match, objects: list[Match], before: list[Match]) -> float:
    """Of the nearest object within reach, the one before it where two are equally near; of the clause before's last object where
    this clause has none; 0 where there is nothing to bind to."""
    if not objects:
        return before[-1].weight if before else 0.0
    distance = {m: (direction.first - m.last, 0) if m.last < direction.first else (m.first - direction.last, 1) for m in objects}
    nearest = min(objects, key=lambda m: distance[m])
    return nearest.weight if distance[nearest][0] <= REACH else 0.0


def _shaped(match: Match, of: dict[str, list[Match]], reach: int) -> float:
    """Factor of a negation before a match, and of an intensifier beside it."""
    factor = 1.0
    if any(0 < match.first - negation.last <= reach for negation in of["negation"]):
        factor *= of["negation"][0].weight
    near = (m for m in of["modifier"] if min(abs(match.first - m.last), abs(m.first - match.last)) <= NEAR)
    return factor * next((m.weight for m in near), 1.0)


def _transition(clause: str, lexicon: Lexicon) -> float | None:
    """What moves from one stance to another is worth the change between them; None where the clause says no such thing."""
    found = TRANSITION[lexicon.language].search(clause)
    if found is None:
        return None
    start, end = (sum(m.weight for m in lexicon.matches(words_of(part)) if m.kind == "stance") for part in found.groups())
    return end - start if start and end else None
