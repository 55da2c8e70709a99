"""What changed from one document to the next: sentences aligned, and the tone of what was added, edited and dropped.

    diff = Σ w s(added) + Σ w (s(new) - s(old)) of edited - Σ w s(dropped);    novelty = 1 - Σ w similarity / Σ w

Sentences meet within their section by maximum-weight matching on the cosine of their TF-IDF; below 0.45 they do not meet.

Source: NLP §5.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.feature_extraction.text import TfidfVectorizer

from models_py.nlp.document import Reading
from models_py.nlp.lexicon import plain

LEAST_SIMILAR, IDENTICAL = 0.45, 0.98

Change = Literal["identical", "edited", "added", "dropped"]


@dataclass(frozen=True)
class Edit:
    """One change: the sentence before and after, its section, and what it adds to the tone."""

    change: Change
    section: str
    old: str | None
    new: str | None
    weight: float
    delta: float
    similarity: float


@dataclass(frozen=True)
class Diff:
    """All changes, their sum, and how much of the new document is new."""

    edits: tuple[Edit, ...]
    score: float
    novelty: float

    def top(self, count: int = 5) -> tuple[Edit, ...]:
        """The changes that moved the tone most."""
        return tuple(sorted((e for e in self.edits if e.delta), key=lambda e: -abs(e.weight * e.delta))[:count])


def diff(old: Reading, new: Reading) -> Diff:
    """From one document of a kind to the next. Documents equal to each other differ by 0 and are not novel."""
    edits = tuple(edit for section in dict.fromkeys((*old.sections, *new.sections)) for edit in _section(section, old, new))
    total = sum(edit.weight for edit in edits)
    alike = sum(edit.weight * edit.similarity for edit in edits)
    return Diff(edits, sum(edit.weight * edit.delta for edit in edits), 1.0 - alike / total if total > 0 else 0.0)


def _section(section: str, old: Reading, new: Reading) -> Iterator[Edit]:
    was, now = ([k for k, name in enumerate(reading.sections) if name == section] for reading in (old, new))
    similarity = _similarity([old.sentences[k].text for k in was], [new.sentences[k].text for k in now])
    rows, columns = linear_sum_assignment(-similarity)
    met = [(r, c) for r, c in zip(rows.tolist(), columns.tolist(), strict=True) if similarity[r, c] >= LEAST_SIMILAR]
    for r, c in met:
        before, after, alike = old.sentences[was[r]], new.sentences[now[c]], float(similarity[r, c])
        same = alike >= IDENTICAL
        weight = float(max(old.weights[was[r]], new.weights[now[c]]))
        delta = 0.0 if same else after.score - before.score
        yield Edit("identical" if same else "edited", section, before.text, after.text, weight, delta, 1.0 if same else alike)
    for c in sorted(set(range(len(now))) - {c for _, c in met}):
        sentence = new.sentences[now[c]]
        yield Edit("added", section, None, sentence.text, float(new.weights[now[c]]), sentence.score, 0.0)
    for r in sorted(set(range(len(was))) - {r for r, _ in met}):
        sentence = old.sentences[was[r]]
        yield Edit("dropped", section, sentence.text, None, float(old.weights[was[r]]), -sentence.score, 0.0)


def _similarity(old: list[str], new: list[str]) -> NDArray[np.float64]:
    if not old or not new:
        return np.zeros((len(old), len(new)))
    texts = [plain(text) for text in (*old, *new)]
    exact = np.array([[a == b for b in texts[len(old) :]] for a in texts[: len(old)]])
    vectors = TfidfVectorizer(tokenizer=str.split, token_pattern=None).fit_transform(texts)
    cosine = (vectors[: len(old)] @ vectors[len(old) :].T).toarray()
    similar: NDArray[np.float64] = np.where(exact, 1.0, cosine)
    return similar
