"""The tone of a document, and of each document against those before it.

    net  = (H - D) / (H + D + 1) over labels, weighted by section        mean = Σ w s / Σ w over scores
    tone = 0.5 z(net) + 0.5 z(mean)         z against the last 24 documents of its kind before it, 12 at least, within ±3

Source: NLP §4. Nothing of a later document enters an earlier one's tone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models_py.nlp.lexicon import plain
from models_py.nlp.sections import WEIGHTS, sections
from models_py.nlp.sentences import sentences
from models_py.nlp.tone import Sentence, score

BOILERPLATE_SHARE, BOILERPLATE_DOCUMENTS, BOILERPLATE_WEIGHT = 0.9, 8, 0.3
WINDOW, LEAST, BOUND = 24, 12, 3.0
LEAST_SENTENCES = {"statement": 8, "minutes": 45}          # what is shorter was not read whole: COPOM's shortest minutes have 51
HIT_RATE = (0.25, 0.98)                                    # of sentences that hold a word of the lexicon; minutes of 2016 reach 0.96
MANY = 20                                                  # sentences from which on the upper bound means something

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reading:
    """A document read: its sentences with section and weight, and the two measures of its tone."""

    sentences: tuple[Sentence, ...]
    sections: tuple[str, ...]
    weights: Vector
    net: float
    mean: float

    @property
    def hit_rate(self) -> float:
        """Share of sentences that hold a word of the lexicon."""
        return float(np.mean([sentence.hits > 0 for sentence in self.sentences])) if self.sentences else 0.0

    def evidence(self, count: int = 5) -> tuple[tuple[str, str, float], ...]:
        """The sentences that moved the tone most: text, section, weighted score."""
        moved = [(s.text, where, float(w * s.score)) for s, where, w in zip(self.sentences, self.sections, self.weights, strict=True)]
        return tuple(sorted(moved, key=lambda entry: -abs(entry[2]))[:count])


def read(text: str, language: str, before: Sequence[Sequence[str]] = ()) -> Reading:
    """A document by itself.

    Args:
        before: sentences of the last documents of its kind, in which boilerplate is looked for.
    Raises:
        KeyError: a language without a lexicon.
    """
    parts = sentences(text)
    scored = tuple(score(part, language) for part in parts)
    where = tuple(sections(parts, language))
    weights = np.array([WEIGHTS[name] for name in where]) * _boilerplate(parts, before)
    hawkish = float(weights[[s.label == "hawkish" for s in scored]].sum()) if scored else 0.0
    dovish = float(weights[[s.label == "dovish" for s in scored]].sum()) if scored else 0.0
    total = float(weights.sum())
    mean = float(weights @ [s.score for s in scored]) / total if total > 0 else 0.0
    return Reading(scored, where, weights, (hawkish - dovish) / (hawkish + dovish + 1.0), mean)


def _boilerplate(parts: Sequence[str], before: Sequence[Sequence[str]]) -> Vector:
    recent = [{plain(sentence) for sentence in document} for document in before[-BOILERPLATE_DOCUMENTS:]]
    if len(recent) < BOILERPLATE_DOCUMENTS:
        return np.ones(len(parts))
    share = [sum(plain(part) in held for held in recent) / len(recent) for part in parts]
    return np.where(np.array(share) >= BOILERPLATE_SHARE, BOILERPLATE_WEIGHT, 1.0)


def refused(reading: Reading, kind: str) -> str | None:
    """Why a document has no tone, None where it has one: too few sentences, or a share of hits that no text of its kind has."""
    least = LEAST_SENTENCES[kind]
    if len(reading.sentences) < least:
        return f"{len(reading.sentences)} sentences, a {kind} has {least} at least"
    low, high = HIT_RATE if len(reading.sentences) >= MANY else (HIT_RATE[0], 1.0)
    if not low <= reading.hit_rate <= high:
        return f"{reading.hit_rate:.0%} of sentences hold a word of the lexicon, expected {low:.0%} to {high:.0%}"
    return None


def tones(readings: Sequence[Reading], eras: Sequence[int] | None = None) -> Vector:
    """Tone of each document of one kind against itself and the 23 before it, oldest first; NaN before the twelfth.

    Args:
        eras: of each document; one is measured against those of its own era alone, where a committee changed how it writes.
    """
    era = np.zeros(len(readings), int) if eras is None else np.asarray(eras)
    net, mean = (_standard(np.array([getattr(reading, name) for reading in readings]), era) for name in ("net", "mean"))
    tone: Vector = np.clip(0.5 * net + 0.5 * mean, -BOUND, BOUND)
    return tone


def _standard(values: Vector, era: NDArray[np.int_]) -> Vector:
    result = np.full(len(values), np.nan)
    for k in range(len(values)):
        window = values[: k + 1][era[: k + 1] == era[k]][-WINDOW:]
        if len(window) < LEAST:
            continue
        spread = window.std(ddof=1)
        result[k] = (values[k] - window.mean()) / spread if spread > 1e-12 else 0.0
    return result
